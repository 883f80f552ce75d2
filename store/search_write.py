"""The search index as one SQLite file: the same bytes for the same release and SQLite.

Things are numbered by weight, so that the order of rows is the order of answers, and `LIMIT` ends a search early.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from maille.ontology.namespaces import BASE
from maille.store.search_facts import facts_of
from maille.store.search_rows import Record, Rows
from maille.store.search_text import fold, grams

FORMAT: Final = 4
_SHORTEST: Final = 4
_LONGEST: Final = 40
_SCHEMA: Final = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE thing(id INTEGER PRIMARY KEY, iri TEXT, kind TEXT, label_fr TEXT, label_en TEXT, description_fr TEXT,
  description_en TEXT, code TEXT, weight REAL, sorted TEXT, population INTEGER, lon REAL, lat REAL, row TEXT);
CREATE TABLE name(text TEXT, kind TEXT, thing INTEGER, rank INTEGER, PRIMARY KEY(text, kind, thing)) WITHOUT ROWID;
CREATE TABLE value(id INTEGER PRIMARY KEY, name TEXT, text TEXT);
CREATE TABLE facet(value INTEGER, thing INTEGER, PRIMARY KEY(value, thing)) WITHOUT ROWID;
CREATE TABLE number(scheme TEXT, value TEXT, thing INTEGER, PRIMARY KEY(scheme, value, thing)) WITHOUT ROWID;
CREATE TABLE word(id INTEGER PRIMARY KEY, text TEXT, things INTEGER);
CREATE TABLE gram(gram TEXT, word INTEGER, PRIMARY KEY(gram, word)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(name, text, kind, content='', detail=column, prefix='2 3',
  tokenize='unicode61 remove_diacritics 0');
"""
_INDEXES: Final = """
CREATE UNIQUE INDEX thing_iri ON thing(iri);
CREATE INDEX thing_kind ON thing(kind, id);
CREATE INDEX thing_place ON thing(lon, lat) WHERE lon IS NOT NULL;
CREATE INDEX thing_sorted ON thing(kind, sorted, id);
CREATE UNIQUE INDEX value_text ON value(name, text);
CREATE INDEX facet_thing ON facet(thing, value);
CREATE UNIQUE INDEX word_text ON word(text);
"""
_THINGS: Final = "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def write(path: Path, lines: Iterable[str], release: str, base: str = BASE) -> None:
    """Write the index of a release, of which these are the lines, as a new file."""
    with closing(sqlite3.connect(path)) as database:
        fill(database, lines, release, base)


def fill(database: sqlite3.Connection, lines: Iterable[str], release: str, base: str = BASE) -> None:
    """Write the index of a release into an empty database."""
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "page_size=4096"):
        database.execute(f"PRAGMA {pragma}")
    database.executescript(_SCHEMA)
    records = Rows(facts_of(lines, base), base).records()
    _write_things(database, records)
    _write_words(database, records)
    meta = {"format": str(FORMAT), "release": release, "base": base, "things": str(len(records))}
    database.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))
    database.executescript(_INDEXES)
    database.execute("INSERT INTO words(words) VALUES ('optimize')")
    database.execute("ANALYZE")
    database.commit()


def _write_things(database: sqlite3.Connection, records: Sequence[Record]) -> None:
    numbered = list(enumerate(records, 1))
    database.executemany(_THINGS, (_thing(number, record) for number, record in numbered))
    names = {}
    for number, record in numbered:
        for rank, text in reversed(list(_names(record))):
            names[text, record.kind, number] = rank
    database.executemany("INSERT INTO name VALUES (?, ?, ?, ?)", sorted((*key, rank) for key, rank in names.items()))
    # The values of one facet stand together, so that a range of numbers is a facet.
    values = {pair: at for at, pair in enumerate(sorted({pair for record in records for pair in record.facets}), 1)}
    database.executemany("INSERT INTO value VALUES (?, ?, ?)", ((at, *pair) for pair, at in values.items()))
    facets = sorted((values[pair], number) for number, record in numbered for pair in record.facets)
    database.executemany("INSERT INTO facet VALUES (?, ?)", facets)
    numbers = {(scheme, value, number) for number, record in numbered for scheme, value in record.numbers}
    database.executemany("INSERT INTO number VALUES (?, ?, ?)", sorted(numbers))
    database.executemany(
        "INSERT INTO words(rowid, name, text, kind) VALUES (?, ?, ?, ?)",
        ((number, " ".join(_folded(record)), record.text, record.kind.replace("-", "")) for number, record in numbered),
    )


def _thing(number: int, record: Record) -> tuple[object, ...]:
    french = record.labels.get("fr") or record.labels.get("en") or record.row["label"]
    row = record.row
    return (
        number,
        record.iri,
        record.kind,
        french,
        record.labels.get("en") or french,
        record.described["fr"],
        record.described["en"],
        record.code,
        record.weight,
        fold(french) or french,
        row.get("population"),
        row.get("lon"),
        row.get("lat"),
        json.dumps(row, ensure_ascii=False, separators=(",", ":")),
    )


def _folded(record: Record) -> list[str]:
    return [text for text in dict.fromkeys(map(fold, [*record.labels.values(), *record.names])) if text]


def _names(record: Record) -> Iterable[tuple[int, str]]:
    """Yield what a thing is asked by as a whole with its rank: 0 name, 1 other name, 2 code, 3 name in one word."""
    preferred = {fold(label) for label in record.labels.values()}
    for text in _folded(record):
        yield (0 if text in preferred else 1), text
    if record.code:
        yield 2, record.code.lower()
    for _, number in record.numbers:
        yield 2, fold(number)
    for text in _folded(record):
        if " " in text:
            yield 3, text.replace(" ", "")


def _write_words(database: sqlite3.Connection, records: Sequence[Record]) -> None:
    """Write the words that a mistyped one may stand for: those of names, and neighbours that may be written as one."""
    counts: dict[str, int] = {}
    for record in records:
        found = {word for text in _folded(record) for word in text.split()}
        for word in found:
            counts[word] = counts.get(word, 0) + 1
    usable = sorted(word for word in counts if _SHORTEST <= len(word) <= _LONGEST and not word.isdigit())
    database.executemany(
        "INSERT INTO word VALUES (?, ?, ?)", ((number, word, counts[word]) for number, word in enumerate(usable, 1))
    )
    pairs = sorted((gram, number) for number, word in enumerate(usable, 1) for gram in grams(word))
    database.executemany("INSERT INTO gram VALUES (?, ?)", pairs)
