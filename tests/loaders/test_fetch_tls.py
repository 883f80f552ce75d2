"""Fetching over TLS: the certificate is judged by name, and the time there is holds for it too."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from maille.loaders.fetching.fetch import Limits
from maille.ontology.errors import SourceError

from .misbehaving import Asked, Clock, Server, Write, answer, fetcher, head, serving

BODY = b"id;nom\n1;Tuba\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a certificate for 127.0.0.1 that is its own authority, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem"]
    subprocess.run([openssl, *request.split(), *names], cwd=folder, check=True, capture_output=True)
    return folder / "certificate.pem", folder / "key.pem"


@pytest.fixture
def server(certificate: tuple[Path, Path]) -> Iterator[Server]:
    with serving() as found:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        found.socket = context.wrap_socket(found.socket, server_side=True)
        yield found


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


def secure(server: Server, path: str) -> str:
    return server.url(path).replace("http:", "https:")


@pytest.mark.usefixtures("trusted")
def test_a_file_comes_over_tls(server: Server, tmp_path: Path) -> None:
    server.behave("/a", answer(status="302 Found", Location="/b"))
    server.behave("/b", answer(BODY))
    assert fetcher(tmp_path, Clock()).fetch(secure(server, "/a")).path.read_bytes() == BODY


@pytest.mark.usefixtures("trusted")
def test_tls_does_not_fall_back_to_plain_http(server: Server, tmp_path: Path) -> None:
    server.behave("/a", answer(status="302 Found", Location=server.url("/b")))
    with pytest.raises(SourceError, match="from https to http"):
        fetcher(tmp_path, Clock()).fetch(secure(server, "/a"))


def test_a_certificate_nobody_knows_is_not_trusted(server: Server, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="certificate is not trusted"):
        fetcher(tmp_path, Clock()).fetch(secure(server, "/a"))
    assert server.asked == []


@pytest.mark.usefixtures("trusted")
def test_a_body_that_breaks_off_is_found_out(server: Server, tmp_path: Path) -> None:
    server.behave("/a", answer(BODY, length=100))
    with pytest.raises(SourceError, match=r"early|broke off"):
        fetcher(tmp_path, Clock()).fetch(secure(server, "/a"))


@pytest.mark.usefixtures("trusted")
def test_a_trickle_over_tls_is_ended(server: Server, tmp_path: Path) -> None:
    def trickles(_asked: Asked, write: Write) -> None:
        write(head("200 OK", Content_Length="1000"))
        while not server.ending.wait(0.02):
            write(b"x")

    server.behave("/a", trickles)
    with pytest.raises(SourceError, match="longer than the 0 seconds there were"):
        fetcher(tmp_path, Clock(), Limits(read=5, whole=0.4, tries=1)).fetch(secure(server, "/a"))
