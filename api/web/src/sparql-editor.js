/**
 * YASQE (the editor of YASGUI) in the place of a text field: our prefixes, our terms, our words, nothing from elsewhere.
 *
 * The Tab key leaves the editor, as it leaves any field. YASQE's own buttons and bubbles are English and write style
 * attributes, which the page's policy forbids: what is wrong with a query is said below it instead, in the page's language.
 */
import Yasqe from "@zazuko/yasqe";
import { make } from "./words.js";

const GUTTER = "gutterErrorBar";

/**
 * @param {HTMLTextAreaElement} field what it stands for
 * @param {object} config prefixes and language
 * @param {import("./words.js").Words} words
 * @param {object[]} completers as YASQE takes them
 * @param {() => void} run what Ctrl+Enter does
 * @param {HTMLElement} status where syntax errors are told
 */
export function makeEditor(field, config, words, completers, run, status) {
  // Those that come with YASQE ask prefix.cc and LOV.
  Yasqe.defaults.autocompleters = [];
  for (const completer of completers) Yasqe.registerAutocompleter(completer, false);
  Yasqe.forkAutocompleter("prefixes", prefixCompleter(config.prefixes), false);
  const host = make("div", { class: "editor" });
  field.before(host);
  const editor = new Yasqe(host, {
    value: field.value,
    autocompleters: ["ourPrefixes", "variables", ...completers.map((one) => one.name)],
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    inputStyle: "contenteditable",
    screenReaderLabel: words.say("editor"),
    extraKeys: {
      Tab: false,
      "Shift-Tab": false,
      "Ctrl-Enter": run,
      "Cmd-Enter": run,
      "Ctrl-S": false,
      "Ctrl-Space": () => propose(editor),
    },
  });
  field.hidden = true;
  field.required = false;
  makeReachable(editor, field, words);
  editor.showNotification = () => {};
  editor.checkSyntax = () => tellSyntax(editor, words, status);
  editor.showProblem = (line, column, detail) => showProblem(editor, words, line, column, detail);
  editor.clearProblem = () => clearProblem(editor);
  editor.on("change", () => clearProblem(editor));
  editor.checkSyntax();
  return editor;
}

/** Completes `PREFIX sk` and declares a prefix of ours as soon as it is used. */
function prefixCompleter(prefixes) {
  const lines = Object.entries(prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`);
  return { name: "ourPrefixes", persistenceId: null, get: () => lines };
}

/** Proposes names for whatever stands before the cursor, a bare word included. */
function propose(editor) {
  editor.asked = true;
  editor.autocomplete();
  editor.asked = false;
}

/** Gives what assistive technology meets a name, and the field's label something to lead to. */
function makeReachable(editor, field, words) {
  const input = editor.getInputField();
  const label = document.querySelector(`label[for="${field.id}"]`);
  const described = field.getAttribute("aria-describedby");
  input.setAttribute("role", "textbox");
  input.setAttribute("aria-multiline", "true");
  input.setAttribute("aria-label", words.say("editor"));
  if (described) input.setAttribute("aria-describedby", described);
  label?.addEventListener("click", (event) => {
    event.preventDefault();
    editor.focus();
  });
}

/** Marks the first line the grammar does not take, and says what it expected there. */
function tellSyntax(editor, words, status) {
  editor.clearGutter(GUTTER);
  const doc = editor.getDoc();
  editor.queryValid = true;
  for (let line = 0; line < doc.lineCount(); line++) {
    const { state } = editor.getTokenAt({ line, ch: doc.getLine(line).length }, true);
    editor.setOption("queryType", state.queryType);
    if (state.OK !== false) continue;
    editor.queryValid = false;
    const expected = (state.possibleCurrent ?? []).slice(0, 8).join(" ");
    const text = words.say(expected ? "syntax.expected" : "syntax", { line: line + 1, expected });
    editor.setGutterMarker(line, GUTTER, make("span", { class: "bad-mark", title: text }, "!"));
    if (status.textContent !== text) status.textContent = text;
    return;
  }
  if (status.textContent) status.textContent = "";
}

/** Marks where the endpoint stopped reading, and leads there. */
function showProblem(editor, words, line, column, detail) {
  clearProblem(editor);
  const doc = editor.getDoc();
  const at = { line: Math.min(line, doc.lineCount()) - 1, ch: Math.max(column - 1, 0) };
  const text = words.say("problem.here", { line, column, detail });
  const end = Math.max(doc.getLine(at.line).length, at.ch);
  editor.problemLine = editor.addLineClass(at.line, "background", "bad-line");
  editor.problemMark = doc.markText(at, { line: at.line, ch: end }, { className: "bad-text", title: text });
  editor.setGutterMarker(at.line, GUTTER, make("span", { class: "bad-mark", title: text }, "!"));
  doc.setCursor(at);
  editor.focus();
}

/** Takes the mark of the endpoint away. */
function clearProblem(editor) {
  if (!editor.problemLine) return;
  editor.removeLineClass(editor.problemLine, "background", "bad-line");
  editor.problemMark.clear();
  editor.problemLine = null;
}
