// Bundles what entry.js names into ../codemirror.min.js, and the licences of all that is in it beside that.
import {build} from "esbuild";
import {readFileSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";

const made = await build({
  entryPoints: ["entry.js"], outfile: "../codemirror.min.js", bundle: true, minify: true, format: "esm",
  target: "es2022", legalComments: "none", metafile: true,
});
const packages = new Set(
  Object.keys(made.metafile.inputs).map(path => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean),
);
const licences = [...packages].sort().map(name => {
  const folder = join("node_modules", name);
  const {version, license} = JSON.parse(readFileSync(join(folder, "package.json")));
  return `${name} ${version}, ${license}\n\n${readFileSync(join(folder, "LICENSE"), "utf8").trim()}\n`;
});
writeFileSync("../codemirror-LICENSES.txt", licences.join("\n" + "-".repeat(80) + "\n\n"));
