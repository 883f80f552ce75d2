"""The list of endpoints: what is shipped, what a file says, and every mistake in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from maille.ontology.errors import UsageError
from maille.store.federation_policy import Services, services_of, shipped

WIKIDATA = "https://query.wikidata.org/sparql"


def written(folder: Path, text: str) -> Services:
    file = folder / "services.toml"
    file.write_text(text, encoding="utf-8")
    return services_of(str(file))


def test_the_shipped_ones_are_on_when_they_are_named() -> None:
    assert set(shipped()) == {
        *("wikidata", "insee", "dbpedia", "dbpedia-fr", "idref", "eu-publications", "data-europa"),
    }
    services = services_of("wikidata, dbpedia")
    assert [endpoint.name for endpoint in services.endpoints] == ["wikidata", "dbpedia"]
    assert services.get(WIKIDATA) is not None
    assert services.get(f"{WIKIDATA}/") is None
    assert 10_000 in services_of("dbpedia").endpoints[0].truncates_at
    assert all(not endpoint.allow_private for endpoint in services_of(",".join(shipped())).endpoints)


def test_a_table_of_a_shipped_name_changes_what_it_says(tmp_path: Path) -> None:
    services = written(tmp_path, '[wikidata]\naddress = "http://127.0.0.1:7878/query"\nallow_private = true\n')
    endpoint = services.get(WIKIDATA)
    assert endpoint is not None
    assert (endpoint.address, endpoint.allow_private, endpoint.timeout) == ("http://127.0.0.1:7878/query", True, 60)
    assert services.get("https://dbpedia.org/sparql") is None


def test_an_endpoint_of_ones_own(tmp_path: Path) -> None:
    services = written(tmp_path, '[ours]\niri = "http://ours.example/sparql"\nmax_rows = 5\nuser_agent = "us"\n')
    assert services.endpoints[0].address == "http://ours.example/sparql"
    assert (services.endpoints[0].max_rows, services.endpoints[0].user_agent) == (5, "us")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ""),
        ("a = 1\n", "a table is needed for each endpoint"),
        ("[a]\n", "the IRI that queries call the endpoint by is needed"),
        ('[a]\niri = "sparql"\n', "is no absolute IRI"),
        ('[a]\niri = "urn:a"\n', "is no http or https address"),
        ('[a]\niri = "http://a/"\naddress = "file:///etc/passwd"\n', "is no http or https address"),
        ('[a]\niri = "http://a/"\naddress = "http://u:p@a/"\n', "holds a user name or password"),
        ('[a]\niri = "http://a/"\naddress = "http://a:99999/"\n', "is no http or https address"),
        ('[a]\niri = "http://a/"\ntimeot = 3\n', "no such key is known here (perhaps 'timeout')"),
        ('[a]\niri = "http://a/"\ntimeout = "3"\n', "'3' is not a number"),
        ('[a]\niri = "http://a/"\ntimeout = 0\n', "must be from 0.1 to 600"),
        ('[a]\niri = "http://a/"\ntimeout = nan\n', "is not a number"),
        ('[a]\niri = "http://a/"\nconcurrency = 1.5\n', "is not a whole number"),
        ('[a]\niri = "http://a/"\nmax_rows = -1\n', "must be from 1"),
        ('[a]\niri = "http://a/"\nallow_private = 1\n', "is not true or false"),
        ('[a]\niri = "http://a/"\ntruncates_at = [0]\n', "is not a number of rows"),
        ('[a]\niri = "http://a/"\nuser_agent = "a\\nHost: b"\n', "must be printable ASCII"),
        ('[a]\niri = "http://a/"\n[b]\niri = "http://a/"\n', "is that of [a] already"),
        ("[a\n", "is no TOML"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, text: str, said: str) -> None:
    if not said:
        assert written(tmp_path, text) == Services()
        return
    with pytest.raises(UsageError) as raised:
        written(tmp_path, text)
    assert said in str(raised.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="wikidata, insee"):
        services_of(str(tmp_path / "nothing.toml"))
    with pytest.raises(UsageError, match="wikidata, insee"):
        services_of("wikidata,nobody")
