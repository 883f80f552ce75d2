"""The process of `test_purge.py` that is killed: `python purging.py HOME TEXT`, then the number of the step on stdin.

A step is a call that changes a directory: the process dies by SIGKILL right before the one of that number.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from maille.loaders.purge import purge
from maille.store.match import Match
from maille.store.release import Home

_STEPS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.symlink", "shutil.rmtree"}


def main() -> None:
    """Purge until the moment given."""
    print("ready", flush=True)  # noqa: T201
    left = int(sys.stdin.readline())

    def audit(event: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if event in _STEPS:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(audit)
    purge(Home(Path(sys.argv[1])), Match.of_texts([sys.argv[2]]), done=True)


if __name__ == "__main__":
    main()
