/**
 * The SPARQL page: an editor in the place of the form's text field, answers beside it without leaving the page.
 *
 * The form works without this script; what it needs to know stands in its `data-editor` (see `api/sparql_editor.py`).
 */
import { makeEditor } from "./sparql-editor.js";
import { Results } from "./sparql-results.js";
import { completions } from "./sparql-terms.js";
import { Words } from "./words.js";

const form = document.querySelector("form.query[data-editor]");
if (form) start(form, JSON.parse(form.dataset.editor));

/** @param {HTMLFormElement} form @param {object} config what the server says of itself */
function start(form, config) {
  const words = new Words(config.words, config.language);
  const field = form.querySelector("textarea");
  const status = form.querySelector(".editor-status");
  const editor = makeEditor(field, config, words, completions(config), () => run(), status);
  const results = new Results(document.querySelector("#answer"), config, words);
  const runButton = form.querySelector("button:not([name])");
  const cancelButton = document.createElement("button");
  cancelButton.type = "button";
  cancelButton.className = "plain";
  cancelButton.textContent = words.say("cancel");
  cancelButton.hidden = true;
  runButton.after(cancelButton);
  let running = null;

  /** Runs what the editor holds; `view` is the one to begin with. */
  async function run(view = null) {
    running?.abort();
    const mine = (running = new AbortController());
    const query = editor.getValue();
    if (!query.trim()) return;
    const address = pageOf(config.page, query);
    if (address !== location.pathname + location.search) history.pushState(null, "", address);
    followLanguages(query);
    editor.clearProblem();
    cancelButton.hidden = false;
    const problem = await results.show(query, mine.signal, view);
    if (running !== mine) return;
    cancelButton.hidden = true;
    if (problem?.line) editor.showProblem(problem.line, problem.column ?? 1, problem.detail);
  }

  form.addEventListener("submit", (event) => {
    // The other buttons are downloads: the browser sends those itself, with what the editor holds.
    field.value = editor.getValue();
    if (event.submitter?.name) return;
    event.preventDefault();
    run();
  });
  cancelButton.addEventListener("click", () => running?.abort());
  document.querySelector("#examples")?.parentElement.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-query]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    editor.setValue(new URL(link.href).searchParams.get("query"));
    document.querySelector("#main h1").scrollIntoView({ block: "start" });
    editor.focus();
    run(link.dataset.view || null);
  });
  addEventListener("popstate", () => {
    const query = new URLSearchParams(location.search).get("query");
    if (query === null) return;
    editor.setValue(query);
    run();
  });
}

/** Returns the address of the page that shows `query`. */
function pageOf(page, query) {
  const address = new URL(page, location.href);
  address.searchParams.set("query", query);
  return address.pathname + address.search;
}

/** Lets the switch of languages keep the query that is shown now. */
function followLanguages(query) {
  for (const link of document.querySelectorAll(".languages a[hreflang]")) {
    const address = new URL(link.href);
    address.searchParams.set("query", query);
    link.href = address.search;
  }
}
