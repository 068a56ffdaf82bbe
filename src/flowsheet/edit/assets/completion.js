// Completion and hover from the JSON schema of flowsheet files, with names that only the document knows.
import {outline, placeAt} from "./outline.js";

/** What the schema and the document offer. `schema` is the file's; `names` are the document's, by kind. */
export class Knowledge {
  constructor(schema) {
    this.schema = schema;
    this.names = {};
  }

  /** The schemas that may describe what stands at a path; `entries` tell what is beside it. */
  at(path, entries) {
    let found = [this.schema];
    path.forEach((key, depth) => {
      found = this.open(found, path.slice(0, depth), entries).flatMap(schema => below(schema, key));
    });
    return this.open(found, path, entries);
  }

  /** Schemas with their references followed and their alternatives beside them. */
  open(schemas, path, entries) {
    const opened = [];
    const visit = (schema, depth) => {
      if (!schema || typeof schema !== "object" || depth > 12) return;
      opened.push(schema);
      if (schema.$ref) {
        const name = schema.$ref.replace("#/definitions/", "");
        visit(name === "stream" ? {...this.schema.definitions[name], stream: true} : this.schema.definitions[name], depth + 1);
      }
      for (const some of [schema.anyOf, schema.oneOf, schema.allOf]) for (const one of some ?? []) visit(one, depth + 1);
      if (schema.if) visit(this.holds(schema.if, path, entries) ? schema.then : schema.else, depth + 1);
    };
    for (const schema of schemas) visit(schema, 0);
    return opened;
  }

  /** Whether what is beside a place has the keys and values that a condition asks for. */
  holds(condition, path, entries) {
    const stated = key => entries.find(entry => entry.path.length === path.length + 1 && entry.key === key && same(entry.path.slice(0, -1), path));
    return (condition.required ?? []).every(stated)
      && Object.entries(condition.properties ?? {}).every(([key, wanted]) => wanted.const === undefined || stated(key)?.value === wanted.const);
  }
}

const same = (one, other) => one.length === other.length && one.every((key, i) => key === other[i]);

function below(schema, key) {
  const named = schema.properties?.[key];
  if (named) return [named];
  const found = [];
  if (schema.additionalProperties && typeof schema.additionalProperties === "object") found.push(schema.additionalProperties);
  if (schema.items && /^\d+$/.test(key)) found.push(schema.items);
  return found;
}

const first = (schemas, key) => schemas.find(schema => schema[key] !== undefined)?.[key];

/** A note on what a schema is about, as a completion's or a hover's text. */
function note(schemas, title) {
  const box = document.createElement("div");
  box.className = "note";
  const line = (text, kind) => {
    const made = document.createElement("p");
    made.className = kind;
    made.textContent = text;
    box.append(made);
  };
  if (title) line(title, "key");
  const description = schemas.find(schema => schema.description)?.description;
  if (description) line(description, "what");
  const preset = first(schemas, "default");
  if (preset !== undefined && !description?.includes("default")) line(`default ${Array.isArray(preset) ? preset.join(", ") || "none" : preset}`, "more");
  const examples = first(schemas, "examples");
  if (examples) line(`such as ${examples.join(", ")}`, "more");
  const [least, most] = [first(schemas, "minimum"), first(schemas, "maximum")];
  if (least !== undefined || most !== undefined) line(`from ${least ?? "any"} to ${most ?? "any"}`, "more");
  const choices = first(schemas, "enum");
  if (choices && choices.length <= 12) line(`one of ${choices.join(", ")}`, "more");
  return box.childElementCount > (title ? 1 : 0) ? box : null;
}

function keyOptions(knowledge, schemas, path, entries) {
  const there = new Set(entries.filter(entry => entry.path.length === path.length + 1 && same(entry.path.slice(0, -1), path)).map(entry => entry.key));
  const options = new Map();
  for (const schema of schemas) {
    for (const [key, value] of Object.entries(schema.properties ?? {})) {
      if (there.has(key) || options.has(key)) continue;
      const opened = knowledge.open([value], [...path, key], entries);
      const type = opened.some(s => s.properties || s.additionalProperties) ? "namespace" : "property";
      options.set(key, {label: key, type, apply: `${key}: `, info: () => note(opened), boost: schema.required?.includes(key) ? 2 : 0});
    }
  }
  for (const name of freeNames(knowledge, path)) {
    if (!there.has(name) && !options.has(name)) options.set(name, {label: name, type: "variable", apply: `${name}: `, boost: -1});
  }
  return [...options.values()];
}

/** Names that a mapping's keys may be, where the schema leaves them open. */
function freeNames(knowledge, path) {
  const names = knowledge.names;
  const last = path.at(-1);
  if (path[0] === "optimise" && last === "vary") return names.variables ?? [];
  if (path[0] === "feeds" && (last === "aqueous" || last === "composition")) return [...(names.components ?? []), ...(names.solids ?? [])];
  if (last === "limits") return names.elements ?? [];
  if (last === "charges") return names.charges ?? [];
  return [];
}

function valueOptions(knowledge, schemas, path) {
  const names = knowledge.names;
  const options = new Map();
  const offer = (label, type, more = {}) => { if (!options.has(String(label))) options.set(String(label), {label: String(label), type, ...more}); };
  const key = [...path].reverse().find(part => !/^\d+$/.test(part));
  const own = {solids: names.solids, dissolves: names.solids, stream: names.streams, vary: names.variables}[key];
  for (const name of own ?? []) offer(name, "variable");
  for (const schema of own ? [] : schemas) {
    (schema.enum ?? []).forEach((choice, i) => offer(choice, "enum", {info: schema.markdownEnumDescriptions?.[i]}));
    if (schema.const !== undefined) offer(schema.const, "enum");
    if (schema.default !== undefined && !Array.isArray(schema.default)) offer(schema.default, "constant", {detail: "default"});
    for (const example of schema.examples ?? []) offer(example, "text", {detail: "example"});
    if (schema.stream) for (const stream of names.streams ?? []) offer(stream, "variable");
  }
  if (["until", "subject_to", "maximise", "minimise"].includes(key)) {
    for (const name of names.functions ?? []) offer(name, "function", {apply: `${name}(`});
    for (const name of [...(names.quantities ?? []), ...(names.variables ?? [])]) offer(name, "variable");
  }
  return [...options.values()];
}

/** The source of completions for CodeMirror. */
export function completions(knowledge) {
  return context => {
    const text = context.state.doc.toString();
    const place = placeAt(text, context.pos);
    if (place.role === "text") return null;
    const typed = text.slice(place.from, context.pos);
    if (!context.explicit && !/[\w.]$/.test(typed) && !(place.role === "value" && text[context.pos - 1] === " ")) return null;
    const schemas = knowledge.at(place.path, place.entries);
    const others = place.entries.filter(entry => entry.from > context.pos || entry.to < context.pos);
    const options = [
      ...(place.role !== "value" ? keyOptions(knowledge, schemas, place.path, others) : []),
      ...(place.role !== "key" ? valueOptions(knowledge, schemas, place.path) : []),
    ];
    if (place.role === "key" && place.whole) for (const option of options) option.apply = option.label;
    return options.length ? {from: place.from, options, validFor: /^[\w.-]*$/} : null;
  };
}

/** The source of hovers for CodeMirror: what the schema says about the key, or about the unit that is named. */
export function hovers(knowledge) {
  return (view, position) => {
    const text = view.state.doc.toString();
    const entries = outline(text);
    const entry = entries.find(e => e.from <= position && position <= e.to)
      ?? entries.find(e => e.key === "unit" && e.valueFrom <= position && position <= e.valueFrom + e.value.length);
    if (!entry) return null;
    const schemas = knowledge.at(entry.path, entries);
    const onValue = position > entry.to;
    const listed = schemas.find(schema => schema.enum && schema.markdownEnumDescriptions);
    const said = onValue && listed ? listed.markdownEnumDescriptions[listed.enum.indexOf(entry.value)] : undefined;
    const dom = said ? note([{description: said}], entry.value) : note(schemas, entry.key);
    return dom && {pos: onValue ? entry.valueFrom : entry.from, end: onValue ? entry.valueFrom + entry.value.length : entry.to, above: true, create: () => ({dom})};
  };
}
