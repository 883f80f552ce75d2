"""What a description of a source says, as plain frozen values (`docs/sources.md` teaches the format).

A description is TOML: `toml` beside this module reads it and refuses what it does not know. Nothing here reads a file,
and nothing here knows how a value is made: that is `transforms` and `values`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from pyoxigraph import NamedNode

from maille.loaders.source import SourceDescription

REJECT: Final = "reject"
LEAVE: Final = "leave"
MERGE: Final = "merge"
EQUAL: Final = "equal"


@dataclass(frozen=True, slots=True)
class FileSpec:
    """Which file, where it can be fetched, and how it is to be read (the fields of `tabular.FileFormat`)."""

    name: str
    url: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One named transformation with its options, see `maille.loaders.describing.transforms`."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Input:
    """Where values come from.

    Attributes:
        columns: columns that are read, one after the other.
        value: a constant, instead of columns.
        template: a text with `{column}` in it, instead of columns; nothing where one of them is empty.
        join: what joins the columns into one value; without it each column gives its own.
        split: what parts one cell into several values.
        codes: name of the list of codes the values go through; its labels may contain `split`.
        steps: transformations, in order, before codes.
    """

    columns: tuple[str, ...] = ()
    value: str | None = None
    template: str = ""
    join: str | None = None
    split: str = ""
    codes: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """Which rows: those whose column holds one of `values` (anything at all where empty), or none of them."""

    column: str
    values: tuple[str, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Each:
    """Parallel lists in the cells of one row: position by position they give one thing, or one row, each."""

    columns: tuple[str, ...]
    split: str = ""
    lengths: str = EQUAL


@dataclass(frozen=True, slots=True)
class CodeList:
    """What the codes or labels of a source mean.

    Attributes:
        scheme: the concepts they stand for are of this scheme; empty where they stand for texts.
        mapping: code -> notations of concepts (or texts); none at all where the code says nothing.
        otherwise: what a code stands for that is not in `mapping`.
        unmapped: `reject` the row, or `leave` the value out.
    """

    scheme: str = ""
    mapping: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    otherwise: str = ""
    unmapped: str = REJECT


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement about a thing: a property, where the value comes from, and what kind of value it is.

    Attributes:
        property: the term; None where the kind of value says it.
        source: where values come from; None where `thing` is given.
        thing: name of another thing of the row that is pointed to.
        when: conditions on the row, or on the position of parallel lists; on those of the thing pointed to where there
            is one.
        one_place: columns in which all rows that give one value must agree, else it is believed of none of them.
        kind: what the values become (`text`, `date`, `siren`), the word after `as =`.
        language: language of texts.
        formats: how dates are written, in order of trial.
        true: what stands for yes.
        false: what stands for no.
        width: how many digits a code has.
        order: which comes first in a pair of numbers, `lat-lon` or `lon-lat`.
        complete: complete a web address without `https://`.
        required: reject the row where there is no value.
        on_error: `leave` a bad value out and report it, or `reject` the row.
    """

    property: NamedNode | None
    source: Input | None = None
    thing: str = ""
    when: tuple[Condition, ...] = ()
    one_place: tuple[str, ...] = ()
    kind: str = "text"
    language: str = "fr"
    formats: tuple[str, ...] = ()
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    width: int = 0
    order: str = ""
    complete: bool = False
    required: bool = False
    on_error: str = LEAVE


@dataclass(frozen=True, slots=True)
class PlaceSpec:
    """Where what is known of a place stands: it is resolved to a commune as a whole."""

    code: Input | None = None
    name: Input | None = None
    postcode: Input | None = None
    departement: Input | None = None
    point: Input | None = None
    address: Input | None = None
    country: Input | None = None
    order: str = ""


@dataclass(frozen=True, slots=True)
class AddressSpec:
    """Parts of a postal address (Core Location)."""

    full: Input | None = None
    street: Input | None = None
    postcode: Input | None = None
    town: Input | None = None


@dataclass(frozen=True, slots=True)
class ThingSpec:
    """One thing that a row speaks of.

    Attributes:
        name: what other things of the row call it.
        kind: `structure`, `organisation`...: the word in its IRI.
        classes: its types.
        label: its name; without one the thing is not there, and the first thing must be.
        key: the official number in its IRI, for the kinds that have one; minted from label and row where None.
        language: language of its name.
        when: conditions on the row, or on the position of parallel lists.
        each: several things of this kind, one for each position of parallel lists.
        within: name of the thing this one is a part of, without a page of its own (`<IRI>#<name>`).
        link: whether the linker looks for it in other sources.
        facts: what is said of it.
        place: where it is.
        address: its postal address.
    """

    name: str
    kind: str
    classes: tuple[NamedNode, ...]
    label: Input | None
    key: Input | None = None
    language: str = "fr"
    when: tuple[Condition, ...] = ()
    each: Each | None = None
    within: str = ""
    link: bool = False
    facts: tuple[Fact, ...] = ()
    place: PlaceSpec | None = None
    address: AddressSpec | None = None


@dataclass(frozen=True, slots=True)
class RowSpec:
    """How rows are told apart, and which are taken.

    Attributes:
        key: what makes the key of a row.
        only: conditions a row must meet, else it is left out and counted.
        each: parallel lists that make several rows of one record.
        ignore: columns that are not read, `*` standing for anything.
        private: columns that never leave the reader.
        missing: what stands for nothing, beside the empty cell.
        duplicates: what happens to the second row of one key: `reject` or `merge`.
    """

    key: tuple[Input, ...]
    only: tuple[Condition, ...] = ()
    each: Each | None = None
    ignore: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    duplicates: str = REJECT


@dataclass(frozen=True, slots=True)
class Description:
    """A source: who published it, which file, and what its columns mean.

    Of sources that speak of one thing, that of the lowest `rank` names it.
    """

    id: str
    vintage: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    publisher: str
    licence: str
    attribution: str
    address: str
    issued: date
    language: str
    file: FileSpec
    rows: RowSpec
    codes: Mapping[str, CodeList]
    things: tuple[ThingSpec, ...]
    path: str = ""
    rank: int = 5

    def source_description(self, sha256: str, file_name: str) -> SourceDescription:
        """Return what goes to `/graph/meta`, with the digest of the file that was read."""
        return SourceDescription(
            id=self.id,
            vintage=self.vintage,
            title_fr=self.title["fr"],
            title_en=self.title["en"],
            description_fr=self.description["fr"],
            description_en=self.description["en"],
            publisher=self.publisher,
            licence=self.licence,
            attribution=self.attribution,
            address=self.address,
            issued=self.issued,
            file_name=file_name,
            sha256=sha256,
            language=self.language,
        )
