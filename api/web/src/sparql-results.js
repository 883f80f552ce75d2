/** What a query gave: asks the endpoint, says how it went, and shows rows as a table, a map or a chart. */
import { chartable, Chart } from "./sparql-chart.js";
import { mappable, PointMap } from "./sparql-map.js";
import { readTable } from "./sparql-rows.js";
import { Table } from "./sparql-table.js";
import { make } from "./words.js";

const LIMIT = 10_000;
const LONG = 6_000; // characters of a query that still fit an address everywhere
const ACCEPT = "text/tab-separated-values, application/n-triples;q=0.9, application/problem+json;q=0.5";
const DOWNLOADS = {
  table: { csv: "CSV", tsv: "TSV", json: "JSON", xml: "XML" },
  graph: { ttl: "Turtle", nt: "N-Triples", jsonld: "JSON-LD", rdf: "RDF/XML" },
  ask: { json: "JSON", xml: "XML" },
};

export class Results {
  /**
   * @param {HTMLElement} place @param {object} config @param {import("./words.js").Words} words
   * @param {(view: string) => void} chosen is told which view the reader takes
   */
  constructor(place, config, words, chosen) {
    Object.assign(this, { place, config, words, chosen });
  }

  /**
   * Runs a query and shows its answer; gives the problem the endpoint told, or null.
   * @param {string} query @param {AbortSignal} signal @param {string} view the one to begin with, where it can be had
   */
  async show(query, signal, view) {
    const began = performance.now();
    const status = make("p", { role: "status" }, this.words.say("running"));
    this.place.replaceChildren(this.heading(), status);
    try {
      const response = await this.ask(query, signal);
      if (!response.ok) return this.tellProblem(await problemOf(response));
      const table = await readTable(response, LIMIT);
      status.textContent = this.summary(table, performance.now() - began);
      this.place.append(this.links(query, table.form), ...this.views(table, view));
    } catch (error) {
      if (signal.aborted) status.textContent = this.words.say("cancelled");
      else this.tellProblem({ title: this.words.say("unreachable"), detail: String(error.message ?? error) });
    }
    return null;
  }

  /** Sends a query: in the address where it fits, so that caches help. */
  ask(query, signal) {
    const fields = new URLSearchParams({ query, ...(this.config.release ? { release: this.config.release } : {}) });
    const headers = { Accept: ACCEPT };
    if (query.length < LONG) return fetch(`${this.config.endpoint}?${fields}`, { headers, signal });
    return fetch(this.config.endpoint, { method: "POST", body: fields, headers, signal });
  }

  /** Says what went wrong, as the problem document tells it. */
  tellProblem(problem) {
    const where = problem.line ? this.words.say("position", { line: problem.line, column: problem.column ?? 1 }) : "";
    const box = make("div", { class: "notice error", role: "alert" });
    box.append(make("p", {}, make("strong", {}, problem.title ?? this.words.say("failed")), where && ` ${where}`));
    if (problem.detail) box.append(make("pre", {}, problem.detail));
    this.place.replaceChildren(this.heading(), box);
    return problem;
  }

  summary(table, time) {
    const seconds = this.words.seconds(time);
    if (table.truth !== null) return this.words.say(table.truth ? "true" : "false", { seconds });
    if (!table.rows.length) return this.words.say("none", { seconds });
    const rows = this.words.count("rows", table.rows.length);
    return this.words.say(table.cut ? "cut" : "took", { rows, seconds });
  }

  heading() {
    return make("h2", { id: "results" }, this.words.say("results"));
  }

  /** Returns the downloads and the link to share. */
  links(query, form) {
    const line = make("p", { class: "downloads" }, this.words.say("download"), " ");
    const kept = this.config.release ? { release: this.config.release } : {};
    const entries = Object.entries(DOWNLOADS[form]);
    for (const [index, [format, name]] of entries.entries()) {
      const address = `${this.config.endpoint}?${new URLSearchParams({ query, format, ...kept })}`;
      line.append(make("a", { href: address, download: `maille.${format}` }, name), index < entries.length - 1 ? " · " : "");
    }
    const share = make("button", { type: "button", class: "plain" }, this.words.say("share"));
    share.addEventListener("click", () => this.share(share));
    line.append(" ", share);
    return line;
  }

  /** Copies the address, or shows it where the clipboard is out of reach. */
  async share(button) {
    try {
      await navigator.clipboard.writeText(location.href);
      button.textContent = this.words.say("shared");
    } catch {
      const field = make("input", { readonly: true, value: location.href, "aria-label": this.words.say("share") });
      button.replaceWith(field);
      field.select();
    }
  }

  /** Returns the switch between table, map and chart, and what it shows; only views that these rows can fill. */
  views(table, wanted) {
    if (!table.rows.length) return [];
    const makers = { table: () => new Table(table, this.config, this.words).element };
    if (mappable(table)) makers.map = () => new PointMap(table, this.config, this.words).element;
    if (chartable(table)) makers.chart = () => new Chart(table, this.config, this.words).element;
    const shown = make("div", { class: "view" });
    const bar = make("div", { class: "views", role: "group", "aria-label": this.words.say("views") });
    const choose = (name) => {
      for (const button of bar.children) button.setAttribute("aria-pressed", String(button.dataset.view === name));
      shown.replaceChildren(makers[name]());
    };
    for (const name of Object.keys(makers)) {
      const button = make("button", { type: "button", class: "plain", "data-view": name }, this.words.say(name));
      button.addEventListener("click", () => {
        choose(name);
        this.chosen(name);
      });
      bar.append(button);
    }
    queueMicrotask(() => choose(wanted in makers ? wanted : "table"));
    return bar.children.length > 1 ? [bar, shown] : [shown];
  }
}

/** Returns what a problem document says, or the status where there is none (RFC 9457). */
async function problemOf(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { title: `${response.status} ${response.statusText}`, detail: text.slice(0, 2_000) };
  }
}
