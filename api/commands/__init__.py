"""The commands of `maille`, one a module; `maille.api.cli` puts them together."""
