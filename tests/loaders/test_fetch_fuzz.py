"""Whatever bytes a server sends, a fetch ends with a file or with an error of ours."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from maille.loaders.fetching.fetch import Limits
from maille.ontology.errors import SourceError

from .misbehaving import Asked, Behaviour, Clock, Write, answer, fetcher, serving

NAMES = st.sampled_from(
    "Content-Length Content-Encoding Transfer-Encoding Content-Range ETag Location Retry-After Connection "
    "Last-Modified X".split()
)
KNOWN = ["0", "5", "-1", "1e9", "9" * 30, "gzip", "chunked", "bytes 0-4/5", "bytes */5", '"1"', "/a", "//", "http://["]
VALUES = st.one_of(
    st.sampled_from([*KNOWN, "\x00", "Fri, 20 Nov 2026 10:00:00 GMT", "close", "", "ÿ"]),
    st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=12),
)
STATUS = st.sampled_from([200, 200, 200, 206, 301, 302, 304, 404, 416, 429, 503, 100, 0, 999])
LIMITS = Limits(size=1 << 16, connect=1, read=1, whole=5, tries=2, redirects=2, longest_pause=1)


def raw(content: bytes) -> Behaviour:
    def behave(_asked: Asked, write: Write) -> None:
        write(content)

    return behave


def message(status: int, headers: list[tuple[str, str]], body: bytes) -> bytes:
    """Return an answer that looks like one."""
    lines = [f"HTTP/1.1 {status} x", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


BODIES = st.one_of(st.binary(max_size=40), st.sampled_from([b"5\r\nhello\r\n0\r\n\r\n", b"hello"]))
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=5)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.builds(message, STATUS, HEADERS, BODIES)))
def test_any_bytes_end_well(content: bytes) -> None:
    with serving() as server, TemporaryDirectory() as folder:
        url = server.behave("/a", raw(content))
        with suppress(SourceError):
            assert fetcher(Path(folder), Clock(), LIMITS).fetch(url).path.stat().st_size > 0
        server.behave("/a", answer(b"whole"))
        assert fetcher(Path(folder), Clock(), LIMITS).fetch(url).path.read_bytes() == b"whole"
