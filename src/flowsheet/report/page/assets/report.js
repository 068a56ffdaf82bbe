"use strict";
(() => {
  const cards = JSON.parse(document.getElementById("cards").textContent);
  const panel = document.getElementById("card");
  let kept = null;

  const element = (name, text, parent) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (parent) parent.append(made);
    return made;
  };
  const row = (cells, table, kind = "td", asked = "") => {
    const line = element("tr", undefined, table);
    cells.forEach((text, i) => {
      const cell = element(kind, text, line);
      if (i && asked) cell.dataset.why = asked;
    });
  };

  const fill = card => {
    panel.replaceChildren();
    element("h4", card.title, panel);
    element("p", card.subtitle, panel);
    if (card.state.length) {
      const table = element("table", undefined, panel);
      for (const [label, text, asked] of card.state) row([label, text], table, "td", asked);
    }
    for (const phase of card.tables) {
      const table = element("table", undefined, panel);
      row(phase.header, table, "th");
      for (const cells of phase.rows) row(cells.slice(0, -1), table, "td", cells.at(-1));
      if (phase.more) element("p", `and ${phase.more} more`, panel);
    }
    if (card.more) element("p", `and ${card.more} more, under Units`, panel);
  };

  const place = (x, y) => {
    const box = panel.getBoundingClientRect();
    panel.style.left = `${Math.max(8, x + 18 + box.width > innerWidth ? x - box.width - 18 : x + 18)}px`;
    panel.style.top = `${Math.max(8, Math.min(y + 12, innerHeight - box.height - 8))}px`;
  };

  const subject = target => {
    const found = target.closest("[data-stream], [data-unit]");
    if (!found) return null;
    const card = found.dataset.stream ? cards.streams[found.dataset.stream] : cards.units[found.dataset.unit];
    return card ? { found, card } : null;
  };
  const show = (about, x, y) => {
    fill(about.card);
    panel.hidden = false;
    place(x, y);
  };
  const mark = name => {
    for (const item of document.querySelectorAll(".chosen")) item.classList.remove("chosen");
    if (name === undefined) return;
    for (const item of document.querySelectorAll(`[data-stream="${CSS.escape(name)}"]`)) item.classList.add("chosen");
  };
  const release = () => {
    kept = null;
    panel.classList.remove("kept");
    panel.hidden = true;
    mark();
  };

  const pointed = name => {
    for (const line of document.querySelectorAll(".diagram .stream"))
      line.classList.toggle("pointed", line.dataset.stream === name);
  };
  document.addEventListener("pointermove", event => {
    if (kept) return;
    const about = subject(event.target);
    pointed(about?.found.dataset.stream);
    if (about) show(about, event.clientX, event.clientY);
    else panel.hidden = true;
  });
  document.addEventListener("click", event => {
    if (panel.contains(event.target) || event.target.closest("#why, [data-why]")) return;
    const about = subject(event.target);
    release();
    if (!about) return;
    kept = about.found;
    panel.classList.add("kept");
    show(about, event.clientX, event.clientY);
    mark(about.found.dataset.stream);
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") release();
    if (event.key !== "Enter") return;
    const about = subject(document.activeElement);
    if (!about) return;
    const box = document.activeElement.getBoundingClientRect();
    show(about, box.x + box.width / 2, box.y + box.height / 2);
  });

  for (const svg of document.querySelectorAll("svg.diagram title, svg.sankey title")) svg.remove();

  const filtering = (id, lines, then = () => {}) => {
    const field = document.getElementById(id);
    if (!field) return;
    field.addEventListener("input", () => {
      const wanted = field.value.toLowerCase();
      for (const line of document.querySelectorAll(lines)) line.hidden = !line.textContent.toLowerCase().includes(wanted);
      then(wanted);
    });
  };
  filtering("filter", "#stream-table tbody tr");
  filtering("filter-sources", "#sources .values tbody tr", wanted => {
    for (const group of document.querySelectorAll("#sources .values")) {
      const found = group.querySelector("tbody tr:not([hidden])") !== null;
      group.hidden = !found;
      group.open = wanted !== "" && found;
    }
  });

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("#units details:not([open])")];
    for (const item of closed) item.open = true;
  });
  addEventListener("afterprint", () => { for (const item of closed) item.open = false; });
})();
