/** Rows as a chart: what stands along, what is measured and how it is drawn are the reader's to choose. */
import { numberOf } from "./sparql-rows.js";
import { seen, shortName } from "./sparql-table.js";
import { make } from "./words.js";

const MOST = { bar: 60, line: 2_000, dot: 2_000 };

/** Returns the columns that hold numbers in nearly every row. */
function numericColumns({ columns, rows }) {
  const some = rows.slice(0, 500);
  return columns.filter((_, at) => {
    const filled = some.filter((row) => row[at]);
    return filled.length > 0 && filled.filter((row) => !Number.isNaN(numberOf(row[at]))).length >= filled.length * 0.8;
  });
}

/** Tells whether there is something to measure. */
export function chartable(table) {
  return table.rows.length > 1 && table.columns.length > 1 && numericColumns(table).length > 0;
}

export class Chart {
  constructor(table, config, words) {
    Object.assign(this, { table, config, words });
    const numeric = numericColumns(table);
    // Names are better read than IRIs, and one number against another is a cloud of dots.
    const along = table.columns.find((name, at) => !numeric.includes(name) && table.rows[0][at]?.kind === "literal");
    const measured = numeric[0];
    const first = along ?? table.columns.find((name) => name !== measured);
    this.kind = this.choice("kind", ["bar", "line", "dot"], (name) => words.say(`kind.${name}`), numeric.includes(first) ? "dot" : "bar");
    this.x = this.choice("along", table.columns, seen, first);
    this.y = this.choice("measured", numeric, seen, measured);
    this.note = make("p", { class: "small", role: "status" });
    this.place = make("div", { class: "answer-chart" });
    this.element = make("div", {}, make("p", { class: "choices" }, this.kind.label, this.x.label, this.y.label), this.note, this.place);
    this.draw();
  }

  /** Returns a select with its label. */
  choice(key, values, named, chosen) {
    const select = make("select", {}, ...values.map((value) => make("option", { value, selected: value === chosen }, named(value))));
    select.addEventListener("change", () => this.draw());
    return { select, label: make("label", {}, this.words.say(key), " ", select) };
  }

  rows(kind) {
    const [x, y] = [this.x, this.y].map((one) => this.table.columns.indexOf(one.select.value));
    const text = (term) => seen(term.kind === "iri" ? shortName(term.value, this.config) : term.value);
    const value = (term) => (Number.isNaN(numberOf(term)) || kind === "bar" ? text(term) : numberOf(term));
    const pairs = this.table.rows.filter((row) => row[x] && !Number.isNaN(numberOf(row[y])));
    return pairs.map((row) => ({ x: value(row[x]), y: numberOf(row[y]) }));
  }

  async draw() {
    const kind = this.kind.select.value;
    const rows = this.rows(kind);
    const most = MOST[kind];
    const [x, y] = [this.x.select.value, this.y.select.value].map(seen);
    const mine = (this.drawing = Symbol(kind));
    try {
      const { drawChart } = await import("./charts.js");
      const place = make("div");
      const title = this.words.say("chart.title", { x, y });
      const description = this.words.say("chart.description", { n: this.words.number(Math.min(rows.length, most)) });
      const shown = { kind, rows: rows.slice(0, most), x: { label: x }, y: { label: y }, language: this.words.language, title, description };
      this.place.replaceChildren(place);
      await drawChart(place, shown);
      // An image has one name: what Plot calls its parts is no role's to say.
      for (const part of place.querySelectorAll("svg [aria-label]")) part.removeAttribute("aria-label");
      if (mine !== this.drawing) return;
      const values = { n: this.words.number(most), total: this.words.number(rows.length) };
      this.note.textContent = rows.length > most ? this.words.say("shown", values) : "";
    } catch (error) {
      this.note.textContent = this.words.say("unavailable", { reason: String(error.message ?? error) });
    }
  }
}
