"""`maille fetch`: the described sources in the cache, a table of what became of each, exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from maille.api.cli import run
from maille.api.commands.fetch import fetched
from maille.api.settings import Settings
from maille.loaders.describing.choosing import choose
from maille.ontology.errors import SourceError
from tests.loaders.misbehaving import Server, answer, serving

BODY = b"id;nom\n1;Tuba\n"
DESCRIPTION = """
id = "{id}"
vintage = "2026"
publisher = "https://example.org/us"
licence = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
attribution = "Us"
address = "https://example.org/places"
issued = 2026-11-01
[title]
fr = "Lieux"
en = "Places"
[description]
fr = "Des lieux."
en = "Places."
[file]
name = "places.csv"
{url}
[rows]
key = ["id"]
[[things]]
name = "place"
kind = "structure"
classes = ["maille:InnovationStructure"]
label = "nom"
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    monkeypatch.setenv("MAILLE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAILLE_FETCH_PRIVATE_HOSTS", "localhost, 127.0.0.1")
    monkeypatch.setenv("MAILLE_FETCH_TRIES", "1")
    with serving() as found:
        yield found


def described(folder: Path, name: str, url: str = "") -> list[str]:
    path = folder / f"{name}.toml"
    path.write_text(DESCRIPTION.format(id=name, url=f'url = "{url}"' if url else ""), encoding="utf-8")
    return ["--source", str(path)]


def test_a_source_is_fetched_once_and_then_confirmed(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = server.behave("/p", answer(BODY, ETag='"1"'), answer(status="304 Not Modified"))
    own = described(tmp_path, "places", url)
    assert run(["fetch", *own, "--json"]) == 0
    (first,) = json.loads(capsys.readouterr().out)
    assert (first["source"], first["outcome"], first["bytes"]) == ("places/2026", "fetched", len(BODY))
    assert Path(first["path"]).read_bytes() == BODY
    assert Path(first["path"]).is_relative_to(tmp_path / "home" / "cache")
    assert run(["fetch", *own]) == 0
    assert "places/2026  unchanged  14" in capsys.readouterr().out


def test_a_source_that_is_gone_is_told_and_so_is_one_that_never_was(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = described(tmp_path, "kept", server.behave("/kept", answer(BODY), answer(status="410 Gone")))
    never = described(tmp_path, "never", server.url("/never"))
    assert run(["fetch", *kept]) == 0
    assert run(["fetch", *kept, *never]) == 1
    out = capsys.readouterr().out
    assert "410 Gone; the copy of " in out
    assert "404 Not Found; no copy of it was kept" in out
    assert run(["fetch", *never, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)[0]["outcome"] == "failed"


def test_sources_are_chosen_by_name(server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = described(tmp_path, "one", server.behave("/1", answer(BODY)))
    two = described(tmp_path, "two", server.behave("/2", answer(BODY)))
    bare = described(tmp_path, "bare")
    assert run(["fetch", *one, *two, *bare, "two/2026"]) == 0
    assert [asked.path for asked in server.asked] == ["/2"]
    assert run(["fetch", *one, *bare, "three"]) == 2
    assert "'three' is no source; those with one are: one" in capsys.readouterr().err
    assert run(["fetch", *one, *bare, "bare"]) == 2
    assert "'bare' has no address" in capsys.readouterr().err


def test_private_addresses_are_not_called_unless_allowed(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("MAILLE_FETCH_PRIVATE_HOSTS")
    assert run(["fetch", *described(tmp_path, "places", server.behave("/p", answer(BODY)))]) == 2
    assert "MAILLE_FETCH_PRIVATE_HOSTS" in capsys.readouterr().out
    assert server.asked == []


def test_a_limit_is_kept(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILLE_FETCH_LIMIT", "10")
    assert run(["fetch", *described(tmp_path, "places", server.behave("/p", answer(BODY)))]) == 2


def test_what_a_build_lacks_is_fetched_and_nothing_else(server: Server, tmp_path: Path) -> None:
    url = server.behave("/p", answer(BODY), answer(status="410 Gone"))
    lacking = described(tmp_path, "lacking", url)
    (tmp_path / "data").mkdir()
    settings = Settings()
    own = [Path(lacking[1])]
    files, notes = fetched(settings, own, tmp_path / "data", ours=())
    assert [*files] == ["lacking/2026"]
    assert notes == []
    again, notes = fetched(settings, own, None, ours=())
    assert again == files
    assert "410 Gone; the copy of " in notes[0]
    (tmp_path / "data" / "places.csv").write_bytes(BODY)
    assert fetched(settings, own, tmp_path / "data", ours=()) == ({}, [])
    assert len(server.asked) == 2
    choice = choose(own, None, (), files)
    assert [(one.description.id, one.path.name) for one in choice.found] == [("lacking", "places.csv")]


def test_a_build_without_one_of_its_sources_is_not_made(server: Server, tmp_path: Path) -> None:
    own = [Path(described(tmp_path, name, server.url(f"/{name}"))[1]) for name in ("one", "two")]
    with pytest.raises(SourceError, match=r"/one cannot be fetched: .*--data; .*/two cannot be fetched"):
        fetched(Settings(), own, None, ours=())
