"""Names made comparable: folded words, those that say something, those that every other name has too.

A name is compared as a set of words, so that `Université Aix-Marseille` is `Aix-Marseille Université`, and as letters
without blanks, so that `Platform 58` is `Platform58`. What kind of house it is (`incubateur`, `fablab`) tells little,
a number tells much: Lyon 2 is not Lyon 3.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

_LIGATURES: Final = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "&": " et ", "+": " plus "})
_EMPTY: Final = frozenset(
    "a an and au aux avec by ce chez d dans de des du en et for il in l la le les n notre of on ou par pour qu s sa se"
    " ses son sous sur the to un une with".split()
)
_ABBREVIATIONS: Final = MappingProxyType(
    {
        "univ": "universite",
        "university": "universite",
        "ec": "ecole",
        "school": "ecole",
        "inst": "institut",
        "ins": "institut",
        "institute": "institut",
        "nat": "national",
        "sup": "superieur",
        "catho": "catholique",
        "catholi": "catholique",
        "st": "saint",
        "ste": "sainte",
        "tlse": "toulouse",
        "sc": "science",
        "ind": "industriel",
        "ing": "ingenieur",
        "cci": "chambre commerce industrie",
        "ca": "ca",
        "incubator": "incubateur",
        "incub": "incubateur",
        "accelerator": "accelerateur",
        "startups": "startup",
        "asso": "association",
    }
)
_ROMAN: Final = MappingProxyType(
    {
        "ii": "2",
        "iii": "3",
        "iv": "4",
        "v": "5",
        "vi": "6",
        "vii": "7",
        "viii": "8",
        "ix": "9",
        "x": "10",
        "xi": "11",
        "xii": "12",
        "xiii": "13",
        "i": "1",
    }
)
HOUSES: Final = frozenset(
    "accelerateur association atelier bureau campus centre collectif commun cooperative coworking culturel ecosysteme"
    " entrepreneur entreprise entrepreneuriat espace fab fablab fabrique hub incubateur innovation innovant lab"
    " laboratoire lieu maison makerspace hackerspace medialab numerique partage pepiniere pole programme projet reseau"
    " sarl sas scic scop societe station startup start studio territoire tiers tierslieu travail up ville village ess"
    " social solidaire economie".split()
)
"""Words that say what kind of house a structure is, folded and stemmed: they do not tell one from another."""

INSTITUTIONS: Final = frozenset(
    "universite ecole institut conservatoire observatoire museum faculte chambre communaute agglomeration metropole"
    " departement region commune prefecture centre hopital hospice assistance academie college business polytechnique"
    " agence fondation".split()
)
"""Words that open the official name of an institution: with what follows they name one only."""

NETWORKS: Final = frozenset("comue hesam paristech psl".split())
"""Alliances of schools, which these write after their own names for as long as they belong to one."""

_FILLERS: Final = frozenset("superieur national public groupe etablissement sas sarl sa epst epic campus ecole".split())
_PIECES: Final = re.compile(r"\s*(?:[;|/\n:]|\s[-–—]\s|\(|\)|,)\s*")
_GUEST: Final = re.compile(r"(?:@|\s(?:by|chez)\s).*", re.IGNORECASE | re.DOTALL)
_EXPLAINED: Final = re.compile(r"\s*[,(:\n].*", re.DOTALL)
_FORMER: Final = re.compile(r"(?:\bancienn\w*nt|\bex|\bformerly|\bprécédemment)\b[\s:-]+([^(),;/|]{3,})", re.IGNORECASE)
_ACRONYM: Final = re.compile(r"[A-Za-z]\.?(?:[A-Za-z0-9]\.?){2,11}")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return `text` in small ASCII letters and digits, one blank between words."""
    flat = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).lower()
    flat = "".join(char for char in flat if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", " ", flat).strip()


def stem(word: str) -> str:
    """Return a word without the ending that number and gender give it."""
    if len(word) > 4:
        word = re.sub(r"(?:les|aux|als)$", lambda ending: {"aux": "al", "als": "al"}.get(ending[0], "l"), word)
    return re.sub(r"(?<=[a-z]{3})(?:es|s|e)$", "", word)


def _standard(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        yield from _ABBREVIATIONS.get(word, word).split()


@lru_cache(maxsize=65536)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a name in order: folded, written out, without articles, stemmed."""
    found: list[str] = []
    for word in _standard(fold(text).split()):
        if word in _EMPTY:
            continue
        found.append(_ROMAN[word] if found and word in _ROMAN else stem(word))
    return tuple(found)


HOUSE_STEMS: Final = frozenset(stem(word) for word in HOUSES)
INSTITUTION_STEMS: Final = frozenset(stem(word) for word in INSTITUTIONS)
FILLER_STEMS: Final = frozenset(stem(word) for word in _FILLERS)


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing a name.

    Attributes:
        words: every word that is no article.
        core: those that tell it from others.
        compact: the letters and digits alone.
        numbers: the numbers in it.
    """

    words: frozenset[str]
    core: frozenset[str]
    compact: str
    numbers: frozenset[str]

    @property
    def is_acronym(self) -> bool:
        """Say whether it is one short word, an acronym or a brand."""
        return len(self.words) == 1


@lru_cache(maxsize=65536)
def form_of(text: str) -> Form | None:
    """Return the form of a name, None where no word is in it."""
    words = words_of(text)
    if not words:
        return None
    numbers = frozenset(word for word in words if word.isdigit())
    core = frozenset(word for word in words if word not in HOUSE_STEMS)
    return Form(frozenset(words), core, "".join(fold(text).split()), numbers)


def forms_of(texts: Iterable[str]) -> tuple[Form, ...]:
    """Return the different forms of names, in their order; a list with semicolons holds several."""
    found: dict[frozenset[str], Form] = {}
    for text in texts:
        for part in text.split(";"):
            form = form_of(part)
            if form is not None:
                found.setdefault(form.words, form)
    return tuple(found.values())


def pieces_of(text: str) -> tuple[Form, ...]:
    """Return the forms of the parts of a name that dashes, slashes, commas or brackets set apart."""
    parts = [part for part in _PIECES.split(_GUEST.sub("", text)) if part.strip()]
    return forms_of(parts) if len(parts) > 1 else ()


def bare_of(text: str) -> tuple[Form, ...]:
    """Return the forms of a name without its host or operator (`@`, `by`), and without what explains it.

    `Incuballiance @ Playground` is `Incuballiance`, and `Konk Ar Lab, le fablab de la baie` is `Konk Ar Lab`; what
    follows a dash is a part of the name, often of one site among several.
    """
    own = _GUEST.sub("", text)
    found = [shorter for shorter in (own, _EXPLAINED.sub("", own)) if shorter.strip() and shorter != text]
    return forms_of(found)


def former_of(text: str) -> tuple[str, ...]:
    """Return what a name says that it was before: L'Argonaute of `[ma]FAT (anciennement L'Argonaute)`."""
    return tuple(found.strip() for found in _FORMER.findall(text))


def acronyms_of(text: str) -> frozenset[str]:
    """Return the initials of a name of three words or more, with and without its little words."""
    words = fold(text.partition("(")[0]).split()
    full = [word for word in words if word not in _EMPTY]
    if len(full) < 3:
        return frozenset()
    return frozenset({"".join(word[0] for word in full), "".join(word[0] for word in words)})


def declared_acronym(text: str) -> str | None:
    """Return the acronym that `text` is, folded, None where it is a common word or more than one short word."""
    if not _ACRONYM.fullmatch(text.strip()):
        return None
    word = fold(text.replace(".", ""))
    return None if stem(word) in HOUSE_STEMS | INSTITUTION_STEMS | FILLER_STEMS else word
