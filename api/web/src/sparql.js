/**
 * The SPARQL page: an editor in the place of the form's text field, answers beside it without leaving the page.
 *
 * The form works without this script; what it needs to know stands in its `data-editor` (see `api/pages/sparql_editor.py`).
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
  const answer = document.querySelector("#answer");
  const results = new Results(answer, config, words, rememberView);
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
    const shown = new URLSearchParams(location.search).get("query");
    if (shown !== query) history.pushState(null, "", pageOf(config.page, query));
    if (view !== null) rememberView(view);
    followLanguages(query);
    editor.clearProblem();
    cancelButton.hidden = false;
    const problem = await results.show(query, mine.signal, location.hash.slice(1));
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
    // Where there is little room, the query matters more than its prefixes, and a keyboard would cover it.
    if (matchMedia("(pointer: fine)").matches) editor.focus();
    else editor.collapsePrefixes(true);
    run(link.dataset.view);
  });
  addEventListener("popstate", () => {
    const query = new URLSearchParams(location.search).get("query");
    if (query === null) return;
    editor.setValue(query);
    run();
  });
  // The table of the page is there; a query that may be asked again gets the other views too.
  if ("again" in answer.dataset) run();
}

/** Keeps in the address how an answer is shown, so that a link leads to the same view. */
function rememberView(view) {
  const bare = location.pathname + location.search;
  history.replaceState(null, "", view === "table" ? bare : `${bare}#${view}`);
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
