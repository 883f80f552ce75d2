/**
 * Completion of names from the graph itself: classes and properties in use, concepts of the schemes, with their labels.
 *
 * The endpoint is asked once, when the first name is completed. Names are found by their ends and by their labels, in
 * any case and with or without accents.
 */
import { readTable } from "./sparql-rows.js";

const LIMIT = 60;
const SKOS = "http://www.w3.org/2004/02/skos/core#";
const IN_USE = ["[] ?term []", "[] a ?term", `?term <${SKOS}inScheme> []`];
/** Terms of one kind first, their labels after: the other way round, the store looks for a label per statement. */
const question = (pattern, language) => `SELECT ?term ?label {
  { SELECT DISTINCT ?term { ${pattern} } }
  OPTIONAL {
    ?term <${SKOS}prefLabel>|<http://www.w3.org/2000/01/rdf-schema#label> ?label
    FILTER(LANG(?label) = "${language}")
  }
}`;

/** Returns the completers of terms, as YASQE takes them. */
export function completions(config) {
  const labels = new Map();
  const shown = new Map();
  let asked = null;
  const terms = () => (asked ??= fetchTerms(config, labels).catch(() => ((asked = null), [])));
  const name = (iri, yasqe) => {
    const text = written(iri, { ...config.prefixes, ...yasqe.getPrefixesFromQuery() });
    shown.set(text, labels.get(iri));
    return text;
  };
  return [
    {
      name: "ourTerms",
      bulk: false,
      autoShow: true,
      persistenceId: null,
      isValidCompletionPosition: (yasqe) => isName(yasqe),
      get: async (yasqe, token) => matching(await terms(), token.string, config.prefixes, labels),
      postProcessSuggestion: (yasqe, token, iri) => name(iri, yasqe),
      postprocessHints: (yasqe, hints) => hints.map((hint) => withLabel(hint, shown.get(hint.text))),
    },
  ];
}

/** Tells whether the cursor stands at the end of a name that could be completed; a bare word only when asked to. */
function isName(yasqe) {
  const token = yasqe.getCompleteToken();
  const before = yasqe.getPreviousNonWsToken(yasqe.getCursor().line, token);
  if (before?.string?.toUpperCase() === "PREFIX" || before?.string?.endsWith(":")) return false;
  if (["comment", "string", "keyword"].includes(token.type)) return false;
  return /^[A-Za-z][\w-]*:\S*$|^<[^\s>]+$/.test(token.string) || (yasqe.asked && /^\p{L}{2,}$/u.test(token.string));
}

/** Returns every term the graph uses, filling in `labels`. */
async function fetchTerms(config, labels) {
  const found = new Set();
  const answers = IN_USE.map(async (pattern) => {
    const text = question(pattern, config.language);
    const response = await fetch(`${config.endpoint}?${new URLSearchParams({ query: text })}`, {
      headers: { Accept: "text/tab-separated-values" },
    });
    if (!response.ok) throw new Error(response.statusText);
    for (const [term, label] of (await readTable(response, 20_000)).rows) {
      if (term?.kind !== "iri" || term.value.startsWith("http://www.w3.org/1999/02/22-rdf-syntax-ns#_")) continue;
      found.add(term.value);
      if (label) labels.set(term.value, label.value);
    }
  });
  await Promise.all(answers);
  return [...found].sort();
}

/** Returns the terms that what was typed may mean, those that begin with it first. */
function matching(terms, typed, prefixes, labels) {
  const [, prefix, local] = /^(?:([\w-]*):)?(.*)$/.exec(typed);
  const bare = plain(typed.startsWith("<") ? typed.slice(1) : local);
  const namespace = typed.startsWith("<") ? "" : (prefixes[prefix] ?? "");
  const scored = [];
  for (const term of terms) {
    if (!term.startsWith(namespace)) continue;
    const rest = plain(typed.startsWith("<") ? term : term.slice(namespace.length || term.search(/[^/#]*$/)));
    const label = plain(labels.get(term) ?? "");
    const score = rest.startsWith(bare) ? 0 : label.startsWith(bare) ? 1 : rest.includes(bare) ? 2 : label.includes(bare) ? 3 : 4;
    if (score < 4) scored.push([score, rest.length, term]);
  }
  return scored.sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, LIMIT).map((one) => one[2]);
}

/** Returns text without accents and capitals. */
function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Writes an IRI with a prefix where one fits and what follows it needs no escape. */
export function written(iri, prefixes) {
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    const local = iri.slice(namespace.length);
    if (iri.startsWith(namespace) && /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(local)) return `${prefix}:${local}`;
  }
  return `<${iri}>`;
}

/** Returns a suggestion that shows the label of its term beside it. */
function withLabel(hint, label) {
  return label ? { ...hint, displayText: `${hint.text}   ${label}` } : hint;
}
