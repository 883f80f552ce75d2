/** Rows out of an answer that streams: SPARQL 1.1 Query Results TSV and N-Triples, a line at a time, up to a limit. */

const TERM = /^(?:<([^>]*)>|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?|(_:\S+)|(\S+))$/su;
const TRIPLE = /^(<[^>]*>|_:\S+) (<[^>]*>) (.*) \.$/su;
const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/gsu;
const LETTERS = { t: "\t", n: "\n", r: "\r", b: "\b", f: "\f" };
const XSD = "http://www.w3.org/2001/XMLSchema#";

/** @typedef {{kind: "iri"|"literal"|"blank", value: string, language?: string, datatype?: string}} Term */

/**
 * Reads a table, or a graph as a table of three columns; a truth is a table without columns.
 * @param {Response} response @param {number} limit of rows
 * @returns {Promise<{columns: string[], rows: (Term|null)[][], cut: boolean, truth: boolean|null, form: string}>}
 */
export async function readTable(response, limit) {
  const triples = (response.headers.get("Content-Type") ?? "").includes("n-triples");
  const rows = [];
  let columns = triples ? ["subject", "predicate", "object"] : null;
  let cut = false;
  for await (const line of lines(response.body)) {
    if (columns === null) {
      if (line === "true" || line === "false") return { columns: [], rows, cut, truth: line === "true", form: "ask" };
      columns = line ? line.split("\t").map((name) => name.replace(/^[?$]/, "")) : [];
    } else if (rows.length === limit) {
      cut = true;
      break;
    } else if (!triples) {
      rows.push(line.split("\t").map(termOf));
    } else if (line) {
      rows.push(TRIPLE.exec(line).slice(1).map(termOf));
    }
  }
  return { columns: columns ?? [], rows, cut, truth: null, form: triples ? "graph" : "table" };
}

/** Gives each line of a stream, and lets the rest go when its reader has enough. */
async function* lines(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const parts = (rest + value).split("\n");
      rest = parts.pop();
      yield* parts;
    }
    if (rest) yield rest;
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Reads one term as Turtle writes it; an empty cell is null. */
export function termOf(text) {
  const found = TERM.exec(text.replace(/\r$/, ""));
  if (!found) return null;
  const [, iri, literal, language, datatype, blank, bare] = found;
  if (iri !== undefined) return { kind: "iri", value: unescaped(iri) };
  if (literal !== undefined) return { kind: "literal", value: unescaped(literal), language, datatype };
  if (blank !== undefined) return { kind: "blank", value: blank };
  const type = /^(true|false)$/.test(bare) ? "boolean" : /e/i.test(bare) ? "double" : bare.includes(".") ? "decimal" : "integer";
  return { kind: "literal", value: bare, datatype: XSD + type };
}

/** Returns the number a term stands for, NaN where it is none. */
export function numberOf(term) {
  const numeric = /#(integer|decimal|double|float|int|long|short|nonNegativeInteger|positiveInteger|gYear)$/;
  return term?.kind === "literal" && numeric.test(term.datatype ?? "") ? Number(term.value) : NaN;
}

function unescaped(text) {
  return text.replace(ESCAPE, (_, short, long, letter) =>
    letter ? (LETTERS[letter] ?? letter) : String.fromCodePoint(parseInt(short ?? long, 16)),
  );
}
