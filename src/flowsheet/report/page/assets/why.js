"use strict";
(() => {
  const told = JSON.parse(document.getElementById("answers").textContent);
  const panel = document.getElementById("why");
  const field = document.getElementById("ask");
  const names = Object.keys(told.numbers);
  if (!names.length) {
    field.remove();
    return;
  }
  const way = [];
  const shownConstants = 12;

  const element = (kind, parent, text, attributes = {}) => {
    const made = document.createElement(kind);
    if (text !== undefined) made.textContent = text;
    Object.assign(made, attributes);
    parent.append(made);
    return made;
  };
  const source = (parent, text) => {
    text.split(/doi:(\S+[^\s,;.])/).forEach((part, i) => {
      if (i % 2) element("a", parent, `doi:${part}`, { href: `https://doi.org/${part}`, rel: "noreferrer", target: "_blank" });
      else parent.append(part);
    });
  };
  const asking = (parent, name, text) => {
    if (!(name in told.numbers)) return element("span", parent, text);
    const button = element("button", parent, text, { type: "button", title: `why ${name}?` });
    button.addEventListener("click", () => answer(name));
    return button;
  };

  const equation = (parent, [title, text, residual, terms], asked) => {
    const part = element("div", parent, undefined, { className: "equation" });
    element("b", part, title);
    element("small", part, `residual ${residual}`);
    if (told.texts[text]) element("code", part, told.texts[text]);
    const table = element("table", part);
    for (const [name, value, number] of terms.map(t => told.terms[t])) {
      const row = element("tr", table);
      const cell = element("td", row);
      if ((number ?? name) === asked) element("span", cell, name);
      else asking(cell, number ?? name, name);
      element("td", row, value, { className: "number" });
    }
  };
  const section = (title, rows, row, kept = rows.length) => {
    if (!rows.length) return;
    element("h5", panel, title);
    const table = element("table", panel);
    rows.slice(0, kept).forEach(entry => row(element("tr", table), entry));
    if (rows.length <= kept) return;
    const more = element("button", panel, `${rows.length - kept} more`, { type: "button", className: "more" });
    more.addEventListener("click", () => {
      rows.slice(kept).forEach(entry => row(element("tr", table), entry));
      more.remove();
    });
  };

  const fill = name => {
    const [value, what, equations, settings, constants, movers] = told.numbers[name];
    panel.replaceChildren();
    const head = element("div", panel, undefined, { className: "head" });
    if (way.length > 1) {
      const back = element("button", head, "back", { type: "button" });
      back.addEventListener("click", () => { way.pop(); fill(way.at(-1)); });
    }
    const close = element("button", head, "close", { type: "button", className: "close" });
    close.addEventListener("click", release);
    element("h4", panel, name);
    element("p", panel, `${value}`, { className: "value" });
    if (told.texts[what]) element("p", panel, told.texts[what]);
    if (equations.length) element("h5", panel, equations.length > 1 ? "Determined by the equations" : "Determined by the equation");
    for (const e of equations) equation(panel, told.equations[e], name);
    section("Settings in it", settings.map(s => told.settings[s]), (row, [setting, number, about, from]) => {
      element("td", row, setting, { title: about });
      element("td", row, number, { className: "number" });
      source(element("td", row), told.sources[from]);
    });
    section("Constants", constants.map(c => told.constants[c]), (row, [constant, number, of, from]) => {
      const cell = element("td", row, constant);
      element("small", cell, of);
      element("td", row, number);
      source(element("td", row), told.sources[from]);
    }, shownConstants);
    section("Moved by", movers, (row, [setting, effect]) => {
      const [moving, number, about, from, step] = told.settings[setting];
      const cell = element("td", row, moving, { title: about });
      element("small", cell, `${number}, ${told.sources[from]}`);
      element("td", row, step, { className: "number" });
      element("td", row, effect, { className: "number" });
    });
    panel.scrollTop = 0;
  };
  const answer = name => {
    if (way.at(-1) !== name) way.push(name);
    fill(name);
    panel.hidden = false;
  };
  const release = () => {
    way.length = 0;
    panel.hidden = true;
  };

  document.addEventListener("click", event => {
    const asked = event.target.closest("[data-why]");
    if (asked && asked.dataset.why in told.numbers) {
      way.length = 0;
      answer(asked.dataset.why);
    }
  });
  document.addEventListener("keydown", event => { if (event.key === "Escape") release(); });

  const offered = 40;
  const list = document.getElementById("askable");
  const offer = () => {
    const wanted = field.value.toLowerCase();
    list.replaceChildren();
    names.filter(n => n.toLowerCase().includes(wanted)).slice(0, offered).forEach(n => element("option", list, undefined, { value: n }));
  };
  const ask = () => { if (field.value in told.numbers) { way.length = 0; answer(field.value); } };
  field.addEventListener("input", () => { offer(); ask(); });
  field.addEventListener("change", ask);
})();
