"""`maille serve` in a process of its own: it says where it listens, answers there, and ends well on a signal."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from maille.store.release import Draft, Home

MAILLE = str(Path(sys.executable).with_name("maille"))
STATEMENT = '<https://example.org/s> <https://example.org/p> "1" <https://example.org/g> .'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.publish(Draft([STATEMENT], None, with_store=False))
    return home


def environment(home: Home) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILLE_")}
    return {**kept, "MAILLE_HOME": str(home.path), "PYTHONWARNINGS": "error::ResourceWarning"}


@contextmanager
def serving(home: Home, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve on a free port and give the process and the line it printed."""
    process = subprocess.Popen(
        [MAILLE, "serve", "--port", "0", *arguments],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline()
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def once(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [MAILLE, *arguments], env=environment(home), capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_its_address_answers_there_and_ends_well_on_a_signal(home: Home, number: signal.Signals) -> None:
    with serving(home) as (process, line):
        match = re.fullmatch(r"Maille is listening on (http://127\.0\.0\.1:[0-9]+/)\n", line)
        assert match is not None
        request = urllib.request.Request(
            f"{match[1]}sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D", headers={"Accept": "text/csv"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.headers["Server"] is None
            assert answer.read().strip() == b"true"
        # To the whole group, as a terminal does: the workers get it too.
        os.killpg(process.pid, number)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out, err) == (0, "", "")


def test_an_address_in_use_is_a_2_and_one_line(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = once(home, "serve", "--port", str(port))
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == f"maille: cannot listen on 127.0.0.1:{port}: Address already in use; choose another with --port\n"
    )


def test_a_damaged_release_is_a_2_and_no_traceback(home: Home) -> None:
    current = home.current()
    assert current is not None
    current.dump.write_bytes(b"no gzip at all")
    done = once(home, "serve", "--port", "0")
    assert (done.returncode, done.stdout) == (2, "")
    # The pool may log the death of its keeper above.
    *_, last = done.stderr.splitlines()
    assert last.startswith("maille: ")
    assert "cannot be read" in last
    assert "Traceback" not in done.stderr


def test_a_release_of_another_base_is_refused_with_what_to_do(home: Home) -> None:
    home.publish(Draft([STATEMENT], home.current().id, base_iri="https://example.org/other/", with_store=False))  # type: ignore[union-attr]
    done = once(home, "serve", "--port", "0")
    assert done.returncode == 2
    assert "set MAILLE_BASE_IRI" in done.stderr


def test_it_can_listen_on_the_other_family(home: Home) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    with serving(home, "--host", "::1") as (_, line):
        assert line.startswith("Maille is listening on http://[::1]:")


def test_names_with_accents_are_no_failure_where_only_ascii_can_be_printed(home: Home) -> None:
    accented = '<https://example.org/s> <https://example.org/p> "é" <https://example.org/g> .'
    current = home.current()
    assert current is not None
    home.publish(Draft([accented], current.id, with_store=False))
    done = subprocess.run(
        [MAILLE, "query", "SELECT ?o { ?s ?p ?o }"],
        env={**environment(home), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"\xe9" in done.stdout


def test_an_interrupted_build_ends_with_130_and_leaves_nothing(home: Home) -> None:
    process = subprocess.Popen(
        [MAILLE, "build"], env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "Loading cog/2026\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "maille: interrupted"
    assert "Traceback" not in err
    assert len(list((home.path / "releases").iterdir())) == 1
