"""The one settings object: read once from `MAILLE_*` variables and command-line flags, then frozen and handed down."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from maille.api.maps.tiles import tiles_of
from maille.ontology.namespaces import BASE

_MIB: Final = 1024 * 1024


class Settings(BaseSettings):
    """What a deployment chooses; each field is the variable `MAILLE_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="MAILLE_", frozen=True, extra="forbid")

    home: Path = Field(Path("var"), description="Folder of the releases.")
    base_iri: str = Field(BASE, description="Base of every IRI we mint; ends with a slash.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    public_url: str | None = Field(
        None, description="Address the service is known by, for absolute links; never taken from a request."
    )
    token: SecretStr | None = Field(None, description="Write token; without one the service is read-only.")
    token_file: Path | None = Field(None, description="File that holds the write token.")
    union_default_graph: bool = Field(True, description="A query without GRAPH sees every graph.")
    query_timeout: float = Field(30.0, gt=0, description="Seconds a query may take.")
    query_workers: int = Field(2, ge=1, description="Processes that answer queries.")
    query_helpers: int = Field(4, ge=0, description="More such processes, forked while queries are slow.")
    query_queue: int = Field(512, ge=1, description="Queries that may wait; one more is refused with 503.")
    query_memory: int = Field(512 * _MIB, ge=_MIB, description="Bytes a query may take beyond the store.")
    result_limit: int = Field(1024 * _MIB, ge=_MIB, description="Bytes of an answer; a longer one is cut, visibly.")
    answer_cache: int = Field(64 * _MIB, ge=0, description="Bytes of answers to queries that are remembered.")
    response_cache: int = Field(32 * _MIB, ge=0, description="Bytes of whole HTTP responses that are remembered.")
    memory_quads: int = Field(
        5_000_000,
        ge=0,
        description="Statements up to which a release is held in memory; a larger one is read from disk.",
    )
    kept_releases: int = Field(2, ge=0, description="Kept releases held ready for `?release=` besides the current one.")
    drain_seconds: float = Field(10.0, ge=0, description="Seconds that running requests get when the service ends.")
    body_limit: int = Field(
        100 * 1024 * 1024, gt=0, description="Bytes that the documents of one Graph Store request may have."
    )
    store_query: str | None = Field(
        None, description="Query address of a SPARQL 1.1 server that is served instead of a release of this machine."
    )
    store_update: str | None = Field(None, description="Its update address; without one it is only read.")
    store_graphs: str | None = Field(None, description="Its Graph Store address.")
    store_user: str | None = Field(None, description="Who writes there.")
    store_password_file: Path | None = Field(None, description="File with the password, or the bearer token.")
    store_auth: Literal["none", "basic", "digest", "bearer"] = Field("none", description="How it is told who asks.")
    store_max_rows: int | None = Field(
        None,
        ge=1,
        description="Rows at which that server cuts answers silently; one that long is reported, not passed on.",
    )
    fetch_limit: int = Field(4096 * _MIB, gt=0, description="Bytes that a fetched file may have.")
    fetch_timeout: float = Field(3600.0, gt=0, description="Seconds that fetching one file may take, retries included.")
    fetch_tries: int = Field(5, ge=1, description="Requests after which a source counts as gone.")
    fetch_private_hosts: str | None = Field(
        None, description="Hosts, with commas between, that may be fetched from although their addresses are private."
    )
    tiles: str = Field(
        "ign",
        description="Base map: `ign`, `none`, or the address of image tiles with {z}, {x}, {y}, a space and a credit.",
    )
    services: str | None = Field(
        None,
        description="Endpoints that SERVICE may call: a file of them, or names of shipped ones with commas between.",
    )
    service_cache: int = Field(32 * _MIB, ge=0, description="Bytes of answers of these endpoints that are remembered.")
    validate_writes: Literal["off", "report", "refuse"] = Field(
        "off", description="Whether the shapes judge a write: not at all, for the record, or so as to refuse it."
    )

    @field_validator("base_iri")
    @classmethod
    def _ends_with_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")) or not value.endswith("/"):
            raise ValueError("must be an http or https IRI that ends with a slash")
        return value

    @field_validator("tiles")
    @classmethod
    def _are_tiles(cls, value: str) -> str:
        tiles_of(value)
        return value
