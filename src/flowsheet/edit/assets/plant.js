// The right side: key figures, the flow diagram with what changed on it, and what stands against its limits.

export const make = (name, text, parent, kind) => {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = text;
  if (kind) made.className = kind;
  if (parent) parent.append(made);
  return made;
};
const byId = id => document.getElementById(id);
const SEEN = 0.005;  // relative change of a stream's flow from which on the diagram shows it
const LISTED = 12;
const FEW = 30;  // streams up to which their flows are on the diagram unasked

const changeText = change => change ? `${change.direction > 0 ? "▲" : "▼"} ${change.text}` : "";

export class Plant {
  constructor() {
    this.page = null;
    this.view = null;
    this.whole = null;
    this.kept = null;
    byId("flows").addEventListener("change", () => { this.asked = true; this.drawNumbers(); });
    byId("fit").addEventListener("click", () => this.zoom(null));
    this.listen(byId("diagram"));
  }

  /** Show a plant; `diagram` is there where it isn't the one that is shown. */
  show(page, diagram) {
    this.page = page;
    byId("title").textContent = page.title;
    this.figures();
    if (diagram === null) {
      byId("diagram").replaceChildren(make("p", "The flow diagram is being drawn.", null, "wait"));
      this.whole = null;
    } else if (diagram !== undefined) {
      byId("diagram").innerHTML = diagram;
      const svg = byId("diagram").querySelector("svg");
      for (const title of svg.querySelectorAll("title")) title.remove();
      svg.style.maxWidth = "";
      this.whole = svg.getAttribute("viewBox").split(" ").map(Number);
      this.zoom(null);
      if (!this.asked) byId("flows").checked = Object.keys(page.streams).length <= FEW;
    }
    this.drawNumbers();
    this.legend();
    this.limits();
    this.recoveries();
    this.warnings();
    if (this.kept) this.card(this.kept);
  }

  figures() {
    const box = byId("figures");
    box.replaceChildren();
    for (const figure of this.page.figures) {
      const card = make("div", null, box, `figure ${figure.verdict}`);
      card.dataset.figure = figure.label;
      const line = make("span", null, card, "line");
      make("span", figure.label, line, "label");
      make("span", changeText(figure.change), line, "change");
      make("span", figure.number, card, "value");
      make("span", figure.remark, card, "remark").title = figure.remark;
    }
  }

  drawNumbers() {
    const svg = byId("diagram").querySelector("svg");
    if (!svg || !this.page) return;
    const shown = byId("flows").checked;
    for (const line of svg.querySelectorAll("g.mark")) {
      const stream = this.page.streams[line.dataset.stream];
      if (!stream) continue;
      const much = stream.change && stream.change.size >= SEEN;
      line.classList.toggle("more", Boolean(much && stream.change.direction > 0));
      line.classList.toggle("less", Boolean(much && stream.change.direction < 0));
      let label = line.querySelector("text.flow");
      if (!label) {
        const circle = line.querySelector("circle");
        label = document.createElementNS("http://www.w3.org/2000/svg", "text");
        label.setAttribute("class", "flow");
        label.setAttribute("x", Number(circle.getAttribute("cx")) + 10);
        label.setAttribute("y", Number(circle.getAttribute("cy")) - 5);
        line.append(label);
      }
      label.textContent = shown ? stream.flow : "";
    }
  }

  legend() {
    const box = byId("kinds");
    box.replaceChildren();
    for (const [kind, name] of Object.entries(this.page.kinds)) make("span", name, box, `key ${kind}`);
    const changed = Object.values(this.page.streams).some(stream => stream.change && stream.change.size >= SEEN);
    if (changed) {
      make("span", "more", box, "since more").title = "flow above that of the plant that changes are counted from";
      make("span", "less", box, "since less").title = "flow below that of the plant that changes are counted from";
    }
  }

  limits() {
    const rows = this.page.limits;
    byId("limits").hidden = !rows.length;
    const body = byId("limits").querySelector("div");
    body.replaceChildren();
    for (const row of rows) {
      const line = make("div", null, body, `limit ${row.met ? "" : "over"}`);
      make("span", row.met ? "✓" : "✗", line, "met").title = row.met ? "met" : "not met";
      make("span", row.what, line, "what").title = row.of === "optimise" ? "a constraint of optimise:" : "what the product is to be";
      make("span", row.value, line, "value");
      make("span", row.limit, line, "bound");
      make("span", changeText(row.change), line, "change");
    }
  }

  recoveries() {
    byId("recoveries").hidden = !this.page.recoveries.length;
    const body = byId("recoveries").querySelector("tbody");
    body.replaceChildren();
    for (const row of this.page.recoveries) {
      const line = make("tr", null, body);
      make("td", row.name, line);
      make("td", row.text, line, "number");
      make("td", changeText(row.change), line, "change");
    }
  }

  warnings() {
    const found = this.page.warnings;
    byId("warnings").hidden = !found.length;
    byId("warnings").querySelector("h2").textContent = found.length === 1 ? "1 warning" : `${found.length} warnings`;
    const list = byId("warnings").querySelector("ul");
    list.replaceChildren();
    for (const item of found.slice(0, LISTED)) {
      const line = make("li", null, list);
      make("b", item.code, line);
      line.append(` ${item.where ? `${item.where}: ` : ""}${item.message}`);
    }
    if (found.length > LISTED) make("li", `and ${found.length - LISTED} more; flowsheet run lists them all`, list);
  }

  /** Show so much of the diagram; all of it for null. */
  zoom(view) {
    const svg = byId("diagram").querySelector("svg");
    if (!svg || !this.whole) return;
    this.view = view ?? [...this.whole];
    svg.setAttribute("viewBox", this.view.map(number => number.toFixed(1)).join(" "));
  }

  listen(box) {
    let held = null;
    box.addEventListener("wheel", event => {
      if (!this.view || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      const svg = box.querySelector("svg");
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const factor = Math.min(Math.exp(event.deltaY / 300), this.whole[2] / this.view[2]);
      const [x, y, width, height] = this.view;
      this.zoom([point.x - (point.x - x) * factor, point.y - (point.y - y) * factor, width * factor, height * factor]);
    }, {passive: false});
    box.addEventListener("dblclick", event => {
      if (!this.view) return;
      const svg = box.querySelector("svg");
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const [, , width, height] = this.view;
      this.zoom([point.x - width / 4, point.y - height / 4, width / 2, height / 2]);
    });
    box.addEventListener("pointerdown", event => {
      if (this.view && event.button === 0) held = {x: event.clientX, y: event.clientY, view: this.view, moved: false};
    });
    addEventListener("pointermove", event => {
      if (!held) return;
      const svg = box.querySelector("svg");
      const scale = svg.getScreenCTM().a;
      const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
      if (Math.abs(dx) + Math.abs(dy) > 4) held.moved = true;
      if (held.moved) this.zoom([held.view[0] - dx / scale, held.view[1] - dy / scale, held.view[2], held.view[3]]);
    });
    addEventListener("pointerup", () => { setTimeout(() => { held = null; }); });
    box.addEventListener("pointermove", event => {
      if (this.kept || held?.moved) return;
      const about = this.subject(event.target);
      if (about) this.card({...about, x: event.clientX, y: event.clientY});
      else byId("card").hidden = true;
    });
    box.addEventListener("pointerleave", () => { if (!this.kept) byId("card").hidden = true; });
    document.addEventListener("click", event => {
      if (byId("card").contains(event.target) || held?.moved) return;
      const about = this.subject(event.target);
      this.release();
      if (!about) return;
      this.kept = {...about, x: event.clientX, y: event.clientY};
      byId("card").classList.add("kept");
      for (const line of document.querySelectorAll(`[data-stream="${CSS.escape(about.name)}"]`)) line.classList.add("chosen");
      this.card(this.kept);
    });
    document.addEventListener("keydown", event => {
      if (event.key === "Escape") this.release();
      const about = event.key === "Enter" && this.subject(document.activeElement);
      if (!about) return;
      const at = document.activeElement.getBoundingClientRect();
      this.kept = {...about, x: at.x + at.width / 2, y: at.y + at.height / 2};
      this.card(this.kept);
    });
  }

  release() {
    this.kept = null;
    byId("card").classList.remove("kept");
    byId("card").hidden = true;
    for (const line of document.querySelectorAll(".chosen")) line.classList.remove("chosen");
  }

  /** The stream or unit that an element of the diagram stands for. */
  subject(target) {
    const found = target.closest?.("#diagram [data-stream], #diagram [data-unit]");
    if (!found) return null;
    return found.dataset.stream ? {of: "streams", name: found.dataset.stream} : {of: "units", name: found.dataset.unit};
  }

  card({of, name, x, y}) {
    const panel = byId("card");
    const entry = this.page[of][name];
    if (!entry) return this.release();
    const card = entry.card;
    const row = (cells, table, kind = "td") => {
      const line = make("tr", null, table);
      for (const text of cells) make(kind, text, line);
    };
    // what stands behind the label and the numbers is how the report asks for them
    panel.replaceChildren();
    make("h4", card.title, panel);
    make("p", card.subtitle, panel);
    if (entry.change) make("p", `flow ${changeText(entry.change)}`, panel, "change");
    const state = make("table", null, panel);
    for (const [label, text] of card.state) row([label, text], state);
    for (const phase of card.tables) {
      const table = make("table", null, panel);
      row(phase.header, table, "th");
      for (const cells of phase.rows) row(cells.slice(0, phase.header.length), table);
      if (phase.more) make("p", `and ${phase.more} more`, panel);
    }
    panel.hidden = false;
    const box = panel.getBoundingClientRect();
    panel.style.left = `${Math.max(8, x + 18 + box.width > innerWidth ? x - box.width - 18 : x + 18)}px`;
    panel.style.top = `${Math.max(8, Math.min(y + 12, innerHeight - box.height - 8))}px`;
  }
}
