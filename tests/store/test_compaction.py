"""A chain of writes gets a dump of its own now and then, beside the service and never in its way."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from maille.store import quiet
from maille.store.compaction import Compaction
from maille.store.release import Draft, Home, Release


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.publish(Draft(['<u:s> <u:p> "0" <u:g> .'], None, with_store=False))
    return home


def _write(home: Home, number: int) -> Release:
    parent = home.current()
    assert parent is not None
    return home.write(parent, [f'<u:s> <u:p> "{number}" <u:mine> .'], [])


async def _wait_for(path: Path) -> bool:
    for _ in range(1000):
        if path.is_file():
            return True
        await asyncio.sleep(0.02)
    return False


def test_the_chain_is_cut_when_it_is_long_enough(home: Home) -> None:
    async def scenario() -> list[Release]:
        compaction = Compaction(longest=5)
        releases = []
        for number in range(1, 6):
            releases.append(_write(home, number))
            await compaction.written(releases[-1])
        assert await _wait_for(releases[-1].dump)
        await compaction.close()
        return releases

    *earlier, last = asyncio.run(scenario())
    assert last.chain_length() == 0
    assert not any(release.dump.is_file() for release in earlier)
    assert len(last.load_memory()) == 6


def test_a_chain_that_was_long_before_the_service_began_is_counted(home: Home) -> None:
    for number in range(1, 6):
        last = _write(home, number)

    async def scenario() -> None:
        compaction = Compaction(longest=5)
        await compaction.written(last)
        assert await _wait_for(last.dump)
        await compaction.close()

    asyncio.run(scenario())


def test_closing_at_once_leaves_no_half_of_a_dump(home: Home) -> None:
    release = _write(home, 1)

    async def scenario() -> None:
        compaction = Compaction(longest=1)
        await compaction.written(release)
        await asyncio.sleep(0.05)
        await compaction.close()

    asyncio.run(scenario())
    assert sorted(Release(release.path).lines())
    release.ensure_dump()
    release.verify()


def test_a_release_that_cannot_be_read_is_told_in_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert quiet.main([str(tmp_path / "none")], Release.ensure_dump) == 2
    assert capfd.readouterr().err.count("\n") == 1
