"""The one settings object: read once from `MAILLE_*` variables and command-line flags, then frozen and handed down."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from maille.ontology.namespaces import BASE


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
    validate_writes: Literal["off", "report", "refuse"] = Field(
        "off", description="Whether the shapes judge a write: not at all, for the record, or so as to refuse it."
    )

    @field_validator("base_iri")
    @classmethod
    def _ends_with_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")) or not value.endswith("/"):
            raise ValueError("must be an http or https IRI that ends with a slash")
        return value
