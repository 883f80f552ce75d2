/** Rows as a table: sorted by a click on a heading, filtered by a text, a hundred more at a time. */
import { numberOf } from "./sparql-rows.js";
import { make } from "./words.js";

const STEP = 100;
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const NAMES = /^(https?|mailto):/i;

/** Returns text without the characters that are not seen but act. */
export const seen = (text) => text.replace(UNSEEN, "\ufffd");

/** Returns an IRI as short as our prefixes and our base make it. */
export function shortName(iri, config) {
  for (const [prefix, namespace] of Object.entries(config.prefixes)) {
    if (iri.startsWith(namespace) && iri.length > namespace.length) return `${prefix}:${iri.slice(namespace.length)}`;
  }
  return (iri.startsWith(config.base) ? iri.slice(config.base.length) : iri.replace(/^https?:\/\//, "").replace(/\/$/, "")) || iri;
}

/** Returns where a link to an IRI leads: a page of ours, an outside address, or null where it stays text. */
export function linkTo(iri, config) {
  if (!iri.startsWith(config.base)) return NAMES.test(iri) && URL.canParse(iri) ? iri : null;
  const [path, fragment] = iri.slice(config.base.length).split("#");
  const query = new URLSearchParams(config.follow).toString();
  const page = path.startsWith("id/") ? `doc/${path.slice(3)}` : path;
  return `${config.root}/${page}${query ? `?${query}` : ""}${fragment ? `#${fragment}` : ""}`;
}

/** Returns a cell's content: an IRI as a link where it may be one, anything else as text. */
export function shownTerm(term, config) {
  if (term.kind !== "iri") return make("bdi", { lang: term.language }, seen(term.value));
  const name = make("bdi", {}, seen(shortName(term.value, config)));
  const href = linkTo(term.value, config);
  if (href === null) return name;
  return make("a", term.value.startsWith(config.base) ? { href } : { href, class: "out", rel: "external noopener" }, name);
}

export class Table {
  constructor({ columns, rows }, config, words) {
    Object.assign(this, { columns, all: rows, config, words, limit: STEP, order: null, filter: "" });
    this.collator = new Intl.Collator(words.language, { numeric: true, sensitivity: "base" });
    this.body = make("tbody");
    this.heads = columns.map((name, index) => this.head(name, index));
    const table = make("table", { class: "results" }, make("thead", {}, make("tr", {}, ...this.heads)), this.body);
    const region = { class: "scroll", role: "region", "aria-label": words.say("table"), tabindex: 0 };
    this.told = make("p", { class: "small", role: "status" });
    this.more = make("button", { type: "button", class: "plain" }, words.say("more"));
    this.more.addEventListener("click", () => this.showMore());
    this.element = make("div", {}, rows.length > 10 ? this.filterField() : "", make("div", region, table), this.told, this.more);
    this.draw();
  }

  head(name, index) {
    const button = make("button", { type: "button", class: "sort" }, seen(name));
    button.addEventListener("click", () => {
      const down = this.order?.index === index && !this.order.down;
      this.order = { index, down };
      this.heads.forEach((head, at) => head.setAttribute("aria-sort", at === index ? (down ? "descending" : "ascending") : "none"));
      this.draw();
    });
    return make("th", { scope: "col", "aria-sort": "none" }, button);
  }

  filterField() {
    const field = make("input", { type: "search", autocomplete: "off" });
    field.addEventListener("input", () => {
      this.filter = field.value.toLowerCase();
      this.draw();
    });
    return make("p", { class: "filter" }, make("label", {}, this.words.say("filter"), " ", field));
  }

  /** Returns the rows that are wanted, in the order that is wanted. */
  rows() {
    const text = (term) => (term ? (term.kind === "iri" ? shortName(term.value, this.config) : term.value) : "");
    const kept = this.filter
      ? this.all.filter((row) => row.some((term) => text(term).toLowerCase().includes(this.filter)))
      : [...this.all];
    if (!this.order) return kept;
    const { index, down } = this.order;
    const compare = (a, b) => {
      const difference = numberOf(a) - numberOf(b);
      return Number.isNaN(difference) ? this.collator.compare(text(a), text(b)) : difference;
    };
    return kept.sort((a, b) => (down ? -1 : 1) * compare(a[index], b[index]));
  }

  showMore() {
    const next = this.limit;
    this.limit += STEP;
    this.draw();
    this.body.rows[next]?.querySelector("a")?.focus();
  }

  draw() {
    const rows = this.rows();
    const cells = (row) => this.columns.map((_, at) => make("td", {}, row[at] ? shownTerm(row[at], this.config) : ""));
    this.body.replaceChildren(...rows.slice(0, this.limit).map((row) => make("tr", {}, ...cells(row))));
    this.more.hidden = rows.length <= this.limit;
    const shown = Math.min(rows.length, this.limit);
    const values = { n: this.words.number(shown), total: this.words.number(rows.length) };
    this.told.textContent = this.filter || !this.more.hidden ? this.words.say("shown", values) : "";
  }
}
