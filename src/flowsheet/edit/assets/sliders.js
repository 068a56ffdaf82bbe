// A slider for every variable of `optimise:`, with its number to type and a stepper for what is counted.
import {make} from "./plant.js";

const MANY = 9;  // sliders from which on they stand closer
const HELP = "Name variables and their bounds under `optimise: vary:`, and each gets a slider here.";

export class Sliders {
  /** `moved` is called with a variable's name and its new value. */
  constructor(box, moved) {
    this.box = box;
    this.moved = moved;
    this.rows = new Map();
    this.held = null;
  }

  /** Show these variables; one that is being moved keeps the place that the user gave it. */
  show(sliders) {
    const names = sliders.map(slider => `${slider.name} ${slider.kind}`).join("\n");
    if (names !== this.names) this.build(sliders);
    this.names = names;
    for (const slider of sliders) this.update(slider);
  }

  build(sliders) {
    this.box.replaceChildren();
    this.box.classList.toggle("many", sliders.length > MANY);
    this.rows.clear();
    if (!sliders.length) make("p", HELP, this.box, "wait");
    for (const slider of sliders) {
      const row = make("div", null, this.box, "slider");
      row.dataset.name = slider.name;
      const id = `slider-${slider.name}`;
      const label = make("label", null, row);
      label.htmlFor = id;
      const [owner, ...setting] = slider.name.split(".");
      make("b", owner, label);
      label.append(` ${setting.join(" ").replaceAll("_", " ")}`);
      label.title = slider.name;
      const range = make("input", null, row);
      range.type = "range";
      range.id = id;
      const entry = make("span", null, row, "entry");
      const number = make("input", null, entry);
      number.type = "number";
      number.setAttribute("aria-label", `${slider.name}, as a number`);
      const unit = make("span", slider.unit, entry, "unit");
      range.addEventListener("input", () => {
        this.held = slider.name;
        number.value = range.value;
        this.fill(range);
        this.moved(slider.name, Number(range.value));
      });
      range.addEventListener("change", () => { this.held = null; });
      number.addEventListener("change", () => {
        if (number.value === "" || !number.checkValidity() && number.validity.badInput) return;
        range.value = number.value;
        this.fill(range);
        this.moved(slider.name, Number(number.value));
      });
      this.rows.set(slider.name, {row, number, range, unit});
    }
  }

  update(slider) {
    const {row, number, range, unit} = this.rows.get(slider.name);
    const step = slider.kind === "count" ? 1 : 10 ** -slider.decimals;
    for (const input of [range, number]) {
      input.min = slider.lower;
      input.max = slider.upper;
      input.disabled = Boolean(slider.fixed);
    }
    range.step = step;
    number.step = step;
    unit.textContent = slider.unit;
    const outside = slider.value < slider.lower || slider.value > slider.upper;
    const bounds = `${slider.lower} to ${slider.upper} ${slider.unit}`.trim();
    row.title = slider.fixed ? `${slider.name} ${slider.fixed}` : outside ? `outside its bounds, ${bounds}` : bounds;
    row.classList.toggle("outside", outside);
    row.classList.toggle("fixed", Boolean(slider.fixed));
    if (this.held === slider.name || document.activeElement === number) return;
    range.value = slider.value;
    number.value = Number(slider.value.toPrecision(8));
    this.fill(range);
  }

  /** Colour a track up to its thumb. */
  fill(range) {
    const share = (Number(range.value) - Number(range.min)) / (Number(range.max) - Number(range.min));
    range.style.setProperty("--share", `${100 * Math.min(Math.max(share, 0), 1)}%`);
  }
}
