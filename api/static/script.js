// Small comforts; every page works without them.
"use strict";

// Ctrl+Enter (or Cmd+Enter) in the query form runs the query.
const query = document.getElementById("query");
if (query) {
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      query.form.requestSubmit();
    }
  });
}

// Fields that complete what is typed: an editable combobox with a list (WAI-ARIA Authoring Practices, combobox).
const PAUSE = 120;
const MOST = 8;

class Suggestions {
  constructor(input, number) {
    this.input = input;
    this.known = new Map();
    this.items = [];
    this.at = -1;
    this.id = `suggestions-${number}`;
    const holder = document.createElement("span");
    holder.className = "suggestions";
    input.replaceWith(holder);
    this.list = document.createElement("ul");
    this.list.id = this.id;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.dataset.list);
    this.said = document.createElement("span");
    this.said.className = "visually-hidden";
    this.said.setAttribute("role", "status");
    holder.append(input, this.list, this.said);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", this.id);
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // Before the field loses the focus, which closes the list.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(Number(option.dataset.at));
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const text = this.input.value.trim();
    this.asking?.abort();
    if (text.length < 2) return this.close();
    try {
      const items = this.known.get(text) ?? (await this.fetched(text));
      this.known.set(text, items);
      if (this.input.value.trim() === text && document.activeElement === this.input) this.show(items);
    } catch {
      // No suggestion is no failure: the form still works.
      this.close();
    }
  }

  async fetched(text) {
    this.asking = new AbortController();
    const asked = new URLSearchParams({ q: text.slice(0, 200), lang: this.input.dataset.lang, limit: MOST });
    if (this.input.dataset.kind) asked.set("kind", this.input.dataset.kind);
    const answer = await fetch(`${this.input.dataset.suggest}?${asked}`, { signal: this.asking.signal });
    return answer.ok ? (await answer.json()).items : [];
  }

  show(items) {
    this.items = items;
    this.move(-1);
    this.list.replaceChildren(...items.map((item, at) => this.option(item, at)));
    this.list.hidden = items.length === 0;
    this.input.setAttribute("aria-expanded", String(items.length > 0));
    this.said.textContent = items.length ? this.input.dataset.some.replace("{n}", items.length) : this.input.dataset.none;
  }

  option(item, at) {
    const option = document.createElement("li");
    option.id = `${this.id}-${at}`;
    option.dataset.at = at;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const name = document.createElement("bdi");
    const about = document.createElement("small");
    // Text, never markup: names come from data.
    name.textContent = item.label;
    about.textContent = item.description;
    option.append(name, " ", about);
    return option;
  }

  key(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" && !open) this.ask();
    else if (event.key === "ArrowDown") this.move(this.at + 1 < this.items.length ? this.at + 1 : -1);
    else if (event.key === "ArrowUp" && open) this.move(this.at >= 0 ? this.at - 1 : this.items.length - 1);
    else if (event.key === "Escape" && open) this.close();
    else if (event.key === "Enter" && open && this.at >= 0) this.choose(this.at);
    else return;
    event.preventDefault();
  }

  move(at) {
    this.list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    this.at = at;
    const option = at >= 0 ? this.list.children[at] : null;
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  choose(at) {
    const { iri, label } = this.items[at];
    const inner = iri.startsWith(this.input.dataset.base) ? iri.slice(this.input.dataset.base.length) : null;
    this.close();
    if (inner !== null && this.input.dataset.pick === "value") {
      this.input.value = inner.startsWith("id/") ? inner.slice(3) : inner;
      this.input.form.requestSubmit();
    } else if (inner !== null) {
      const page = inner.startsWith("id/") ? `doc/${inner.slice(3)}` : inner;
      const language = this.input.dataset.switch ? `?lang=${this.input.dataset.switch}` : "";
      location.assign(`${this.input.dataset.root}/${page.split("/").map(encode).join("/")}${language}`);
    } else {
      this.input.value = label;
      this.input.form.requestSubmit();
    }
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.items = [];
    this.move(-1);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.said.textContent = "";
  }
}

// What is encoded already stays as it is: the path of an IRI is one.
function encode(part) {
  return encodeURI(part).replaceAll("%25", "%").replaceAll("?", "%3F").replaceAll("#", "%23");
}

document.querySelectorAll("input[data-suggest]").forEach((input, number) => new Suggestions(input, number));

// Filters do not lie open before what was found on a small screen.
if (matchMedia("(max-width: 60rem)").matches) {
  document.querySelectorAll("details.facets").forEach((facets) => facets.removeAttribute("open"));
}
