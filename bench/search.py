"""The search index of the whole release: what it costs to make, and how long eight users wait for an answer.

The questions are made of names of the release itself, chosen by a fixed seed: whole names, beginnings of them as
somebody types, words of them, and names with a letter missing, doubled, changed or swapped with its neighbour.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import report
from maille.store import search_write
from maille.store.published import Release
from maille.store.search import Filters, SearchIndex

_USERS = 8
_QUESTIONS = 250
_SEED = 5
Ask = Callable[[SearchIndex, str], object]


def measure(home: Path, seconds: int) -> str:
    """Return the Markdown of the section."""
    release = Release((home / "current").resolve())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "index.sqlite")
        wall, processor = time.perf_counter(), time.process_time()
        search_write.write(path, release.lines(), release.id, release.base_iri)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        index = SearchIndex.open(path)
        rows = [
            [f"{what}, {example!r}", *_waited(index, ask, texts, seconds)]
            for what, ask, texts in _workloads(_names(path))
            for example in texts[:1]
        ]
        things, size = index.find(limit=0).total, path.stat().st_size / 1e6
        index.close()
    table = report.table(["question", "answers a second", "p50 ms", "p95 ms", "p99 ms"], rows)
    return (
        f"The index of the whole release ({release.manifest.quads:,} statements, {things:,} things) is made in "
        f"**{wall:.1f} s** ({processor:.1f} s of a processor), {size:.0f} MB. {_USERS} users ask at once, each again "
        f"as soon as there is an answer, in the threads of one process, as the web process has them.\n\n{table}\n\n"
        f"Machine: {report.machine()}."
    )


def _names(path: Path) -> list[str]:
    database = sqlite3.connect(path)
    names = [name for (name,) in database.execute("SELECT label_fr FROM thing WHERE kind <> 'site' ORDER BY iri")]
    database.close()
    return random.Random(_SEED).sample(names, min(len(names), _QUESTIONS))  # noqa: S311, no secret


def _workloads(names: Sequence[str]) -> list[tuple[str, Ask, list[str]]]:
    chance = random.Random(_SEED)  # noqa: S311, no secret
    typed = [name[: chance.randint(2, 6)] for name in names]
    words = [chance.choice(name.split()) for name in names]
    wrong = [_mistyped(name, chance) for name in names]
    every = (names, typed, words, wrong)

    def search(index: SearchIndex, text: str) -> object:
        return index.search(text)

    return [
        ("a name", search, list(names)),
        ("the beginning of one, completed", lambda index, text: index.suggest(text), typed),
        ("a word", search, words),
        ("a name with a typo", search, wrong),
        (
            "all of them in turn",
            search,
            [text for four in zip(*every, strict=True) for text in four],
        ),
        ("a page of structures with five facets", _page, words),
    ]


def _page(index: SearchIndex, text: str) -> object:
    facets = ("profile", "theme", "region", "source", "licence")
    return index.find(Filters(kind=["structure"], text=text[:3]), facets=facets, limit=20)


def _mistyped(name: str, chance: random.Random) -> str:
    at = chance.randrange(1, max(2, len(name) - 1))
    return chance.choice(
        [
            name[:at] + name[at + 1 :],
            name[:at] + name[at : at + 1] * 2 + name[at + 1 :],
            name[:at] + "x" + name[at + 1 :],
            name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
        ]
    )


def _waited(index: SearchIndex, ask: Ask, texts: Sequence[str], seconds: float) -> list[str]:
    """Return answers a second, and percentiles of the time of one in milliseconds."""
    taken: list[float] = []
    ends = time.perf_counter() + seconds

    def user(number: int) -> None:
        at = number * len(texts) // _USERS
        while (began := time.perf_counter()) < ends:
            ask(index, texts[at % len(texts)])
            taken.append(time.perf_counter() - began)
            at += 1

    users = [threading.Thread(target=user, args=(number,)) for number in range(_USERS)]
    for one in users:
        one.start()
    for one in users:
        one.join()
    taken.sort()
    points = [taken[min(len(taken) - 1, int(len(taken) * share))] * 1000 for share in (0.5, 0.95, 0.99)]
    return [f"{len(taken) / seconds:,.0f}", *(f"{point:.1f}" for point in points)]
