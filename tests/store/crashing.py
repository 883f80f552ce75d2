"""The processes of `test_crash.py`: `python crashing.py VERB FOLDER [NUMBER]`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from maille.ontology.errors import ReleaseMoved
from maille.store.lock import locked
from maille.store.release import Draft, Home


def lines(number: int) -> list[str]:
    """Return a small data set that differs for each number."""
    return [f'<http://x/{i}> <http://x/p> "{number}" <http://g/{i % 3}> .' for i in range(300)]


def publish(home: Home, number: int) -> str:
    """Publish the data set of a number over whatever is current."""
    current = home.current()
    return home.publish(Draft(lines(number), current.id if current else None, files={"report.txt": b"fine"})).id


def publish_for_ever(folder: Path, first: int) -> None:
    """Publish one data set after another until killed, and prune now and then."""
    home = Home(folder)
    ready()
    for number in range(first, first + 1_000_000):
        publish(home, number)
        if number % 3 == 0:
            home.prune(2)


def publish_ten(folder: Path, first: int) -> None:
    """Publish ten data sets, again where another process was quicker."""
    home = Home(folder)
    ready()
    left = list(range(first, first + 10))
    while left:
        try:
            publish(home, left[0])
        except ReleaseMoved:
            continue
        left.pop(0)


def hold(folder: Path, _number: int) -> None:
    """Hold a lock until killed."""
    with locked(folder / "build.lock"):
        ready()
        time.sleep(60)


def ready() -> None:
    """Tell the test that everything is imported."""
    print("ready", flush=True)  # noqa: T201


VERBS: dict[str, Callable[[Path, int], None]] = {
    "publish-for-ever": publish_for_ever,
    "publish-ten": publish_ten,
    "hold": hold,
}

if __name__ == "__main__":
    VERBS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
