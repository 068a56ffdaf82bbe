// Ties the page together: text and sliders to the server, its news to what is shown.
//
// One question at a time is on its way; what changes meanwhile goes with the next, so that the last state wins.
import {Knowledge} from "./completion.js";
import {Editor} from "./editor.js";
import {Plant, make} from "./plant.js";
import {Sliders} from "./sliders.js";

const byId = id => document.getElementById(id);
const PAUSE = 200;  // ms without typing after which a text is checked

const ask = async (path, question) => {
  const answer = await fetch(path, question && {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(question)});
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said;
};

const [start, schema] = await Promise.all([ask("/start"), ask("/schema")]);
const knowledge = new Knowledge(schema);
const plant = new Plant();
const sent = new Map();  // when each revision left, by its number
let revision = 0;
let saved = start.text;
let waiting = null;  // what to ask next: the text, or a slider's move
let busy = false;
let pause = 0;
let problems = [];
let unfolded = false;  // whether the warnings below the text are shown

const editor = new Editor(byId("editor"), knowledge, start.text, {
  changed: () => {
    dirty();
    clearTimeout(pause);
    pause = setTimeout(() => { waiting = {}; pump(); }, PAUSE);
  },
  saved: () => save(false),
  moved: (line, column) => { byId("place").textContent = `line ${line}, column ${column}`; },
});
const sliders = new Sliders(byId("sliders"), (name, value) => { waiting = {name, value}; pump(); });

async function pump() {
  if (busy || !waiting) return;
  busy = true;
  const task = waiting;
  waiting = null;
  const text = editor.text;
  revision += 1;
  sent.set(revision, performance.now());
  try {
    const said = await ask(task.name ? "/slide" : "/text", {text, revision, ...task});
    if (editor.text !== text) {
      waiting ??= task;  // typed meanwhile: what was said is about another text
    } else {
      if (said.edit) editor.apply(said.edit);
      checked(said);
      dirty();
    }
  } catch (error) {
    status("bad", error instanceof TypeError ? "flowsheet edit has ended; the text is still here" : error.message);
  }
  busy = false;
  pump();
}

function checked(said) {
  tell(said.diagnostics);
  if (!said.ready) {
    const count = said.diagnostics.filter(item => item.severity === "error").length;
    status("bad", count === 1 ? "1 error" : `${count} errors`);
    stale(true);
    return;
  }
  knowledge.names = said.names;
  sliders.show(said.sliders);
}

function tell(found) {
  problems = found;
  editor.mark(found);
  const box = byId("problems");
  box.replaceChildren();
  box.hidden = !found.length;
  const warnings = found.filter(item => item.severity !== "error");
  const folded = warnings.length ? make("details", null, box) : null;
  if (folded) make("summary", warnings.length === 1 ? "1 warning in the text" : `${warnings.length} warnings in the text`, folded);
  if (folded) folded.open = unfolded;
  folded?.addEventListener("toggle", () => { unfolded = folded.open; });
  for (const item of found) {
    const line = make("button", null, item.severity === "error" ? box : folded, `problem ${item.severity}`);
    make("b", item.code, line);
    make("span", item.elsewhere ?? (item.where ? `line ${item.where.line}` : ""), line, "where");
    make("span", item.message, line);
    if (item.help) make("span", item.help, line, "help");
    if (item.where && !item.elsewhere) line.addEventListener("click", () => editor.goTo(item.where.line, item.where.column));
  }
}

function status(kind, text) {
  byId("status").className = kind;
  byId("status").querySelector(".text").textContent = text;
}

const converged = () => `converged, balances close to ${plant.page.closure}`;
const stale = is => byId("plant").classList.toggle("stale", is);

function heard(news) {
  if (news.state === "working") {
    if (news.revision === revision) status("busy", news.doing);
    return;
  }
  if (news.state === "ready") {
    if (news.revision === revision && !byId("plant").classList.contains("stale")) status("good", converged());
    return;
  }
  if (news.state === "solved") {
    const left = sent.get(news.revision);
    if (left !== undefined) {
      const seconds = (performance.now() - left) / 1000;
      byId("time").textContent = `${seconds.toFixed(seconds < 10 ? 2 : 0)} s`;
      byId("time").title = "from the change to the figures";
      for (const known of sent.keys()) if (known <= news.revision) sent.delete(known);
    }
    plant.show(news.page, news.diagram);
    document.body.dataset.revision = news.revision;
    if (news.revision < revision) return;
    const good = news.page.status === "converged";
    status(good ? "good" : "bad", good ? converged() : news.page.message || "not converged");
    stale(!good);
    return;
  }
  if (news.revision < revision) return;
  tell([...problems.filter(item => item.severity === "warning"), ...news.diagnostics]);
  status("bad", news.state === "failed" ? "no solution; below are the last good numbers" : "the equations are faulty");
  stale(true);
}

function dirty() {
  const changed = editor.text !== saved;
  byId("save").disabled = !changed && !copy;
  document.title = `${changed ? "• " : ""}${byId("target").dataset.name}`;
  return changed;
}

let copy = start.is_copy;
function goes(target) {
  const name = target.split(/[\\/]/).at(-1);
  byId("target").dataset.name = name;
  byId("target").textContent = copy ? `ships with flowsheet; Save makes a copy, ${target}` : target;
}

async function save(over) {
  const text = editor.text;
  try {
    const said = await ask("/save", {text, over});
    if (said.saved === null) {
      byId("ask").querySelector("p").textContent = copy
        ? `${said.is_there} is there already. Overwrite it?`
        : `${said.is_there} was changed by another program since it was read. Overwrite it?`;
      byId("ask").showModal();
      return;
    }
    saved = text;
    copy = false;
    goes(said.saved);
    dirty();
    byId("place").textContent = "saved";
  } catch (error) {
    status("bad", error instanceof TypeError ? "not saved: flowsheet edit has ended" : error.message);
  }
}

goes(start.target);
if (start.scenario) {
  byId("scenario").hidden = false;
  byId("scenario").textContent = `scenario ${start.scenario}`;
}
byId("save").addEventListener("click", () => save(false));
byId("compare").addEventListener("click", () => ask("/compare", {}));
byId("ask").addEventListener("close", () => { if (byId("ask").returnValue === "yes") save(true); });
addEventListener("keydown", event => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    if (!event.defaultPrevented || !byId("editor").contains(event.target)) save(false);
  }
});
addEventListener("beforeunload", event => { if (dirty()) event.preventDefault(); });

const divider = byId("divider");
const share = value => document.documentElement.style.setProperty("--left", `${Math.min(Math.max(value, 20), 75)}%`);
divider.addEventListener("pointerdown", event => {
  divider.setPointerCapture(event.pointerId);
  const move = e => share((100 * e.clientX) / innerWidth);
  divider.addEventListener("pointermove", move);
  divider.addEventListener("pointerup", () => divider.removeEventListener("pointermove", move), {once: true});
});
divider.addEventListener("keydown", event => {
  const by = {ArrowLeft: -2, ArrowRight: 2}[event.key];
  if (by) share((100 * byId("left").getBoundingClientRect().width) / innerWidth + by);
});

const news = new EventSource("/news");
news.addEventListener("message", event => heard(JSON.parse(event.data)));
news.addEventListener("error", () => status("bad", "flowsheet edit has ended; the text is still here"));
waiting = {};
dirty();
pump();
