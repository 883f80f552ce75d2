"""Work on one release by a process of its own, out of everyone's way: what starts it, and what it runs."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from maille.ontology.errors import MailleError
from maille.store.published import Release


async def run(module: str, release: Path) -> bool:
    """Run `module` over the release at a path, and return whether it went well; a task that is cancelled kills it."""
    # It needs no setting, and the write token least of all.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAILLE_")}
    command = (sys.executable, "-P", "-m", module, str(release))
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL, env=environment)
    try:
        return await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def main(arguments: Sequence[str], work: Callable[[Release], object]) -> int:
    """Do `work` on the release at the path given; return the exit code, 2 where it cannot be done."""
    try:
        work(Release(Path(*arguments)))
    except MailleError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0
