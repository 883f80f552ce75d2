"""Reading a place as people write it: case, accents, articles, CEDEX, arrondissements, quarters, postcodes inside.

Nothing is looked up here: `read` takes one text apart, and what the parts mean is for `maille.loaders.places.resolve`.
La Poste writes CEDEX behind the town, with a number where a town has several (AFNOR NF Z10-011).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

Words = tuple[str, ...]

_LETTERS: Final = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l"})
_SHORT: Final = MappingProxyType(
    {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "lez": "les", "mt": "mont", "s": "sur"}
)
_ARTICLES: Final = frozenset({"le", "la", "les", "l"})
_LONGEST: Final = 400
_CITIES: Final = "paris|lyon|marseille"
_ORDINAL: Final = r"(?:\s*(?:er|e|eme|ieme|nd|nde|°|º)(?![a-z]))?(?:\s*arr[a-z]*\.?)?"
_CEDEX: Final = re.compile(r"(?:cedex|\bcede\b|\bcdx\b)[\s.-]*([0-9]{1,2}(?![0-9]))?")
_POSTCODE: Final = re.compile(r"(?<![0-9])([0-9]{5})(?:\.0+)?(?![0-9])")
_CODE_BEHIND: Final = re.compile(r"\(\s*([0-9][0-9ab][0-9]{3})\s*\)")
_DEPARTEMENT_BEHIND: Final = re.compile(r"\(\s*(2[ab]|9[78][0-9]|[0-9]{2})\s*\)")
_SPACED: Final = re.compile(r"(?<![0-9])([0-9]{2})[ .\u00a0\u202f]([0-9]{3})(?![0-9])")
# Ville-d'Avray is a commune, so a town is "ville de" only.
_CITY_OF: Final = re.compile(r"(?:ville\s+de\s+|(?:commune|mairie)\s+(?:de\s+|du\s+|des\s+|d['’]\s*))(?=[a-z])")
_ARTICLE_BEHIND: Final = re.compile(r"(.+?)\s*(?:\(\s*(le|la|les|l)\s*['’]?\s*\)|,\s*(le|la|les|l['’]))\s*")
_NUMBER_BEHIND: Final = re.compile(rf"\b({_CITIES})[\s,-]*([0-9]{{1,2}})(?![0-9]){_ORDINAL}")
_NUMBER_BEFORE: Final = re.compile(rf"\b([0-9]{{1,2}})\s*(?:er|e|eme|ieme)\s*arr[a-z]*\.?\s*(?:de\s+)?({_CITIES})\b")
_ROMAN_BEHIND: Final = re.compile(rf"\b({_CITIES})[\s,-]+([ivx]+)(?:er|e|eme)?(?![a-z])")
_BREAK: Final = re.compile(r"\s*[/,;|()\n]\s*|\s+[-–—]+\s*|\s*[-–—]+\s+")
_ROMAN: Final = (
    *("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"),
    *("xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx"),
)


@dataclass(frozen=True, slots=True)
class Written:
    """A text taken apart.

    Attributes:
        whole: the words of the name, folded; empty where the text names nothing.
        parts: the words between slashes, commas, brackets and spaced hyphens, where there are several.
        cedex: whether CEDEX was written.
        office: the number behind CEDEX, else None.
        number: the arrondissement written behind Paris, Lyon or Marseille, else None.
        postcode: five digits found in the text.
        code: five characters in brackets behind the name, a code or a postcode.
        departement: two or three characters in brackets behind the name.
    """

    whole: Words = ()
    parts: tuple[Words, ...] = ()
    cedex: bool = False
    office: int | None = None
    number: int | None = None
    postcode: str | None = None
    code: str | None = None
    departement: str | None = None


def fold(text: str) -> str:
    """Return `text` in small letters without accents and ligatures, its punctuation kept."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS)).casefold()
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words(text: str) -> Words:
    """Return the words of a name, "St" and the like written out (`Mont-St-Aignan` -> mont, saint, aignan)."""
    return tuple(_SHORT.get(word, word) for word in re.findall(r"[a-z0-9]+", fold(text)))


def bare(name: Words) -> Words:
    """Return the words without the article in front (`le`, `havre` -> `havre`)."""
    return name[1:] if len(name) > 1 and name[0] in _ARTICLES else name


def key(name: Words) -> str:
    """Return what two spellings of one name share: no article in front, no blanks between the words."""
    return "".join(bare(name))


def read(text: str) -> Written:
    """Take a text apart; a text of any kind is read, at worst into nothing, and of a long one the beginning."""
    return _read(text[:_LONGEST])


@lru_cache(maxsize=4096)
def _read(text: str) -> Written:
    rest = fold(text)
    rest, code = _taken(_CODE_BEHIND, rest)
    rest, departement = _taken(_DEPARTEMENT_BEHIND, rest)
    rest = _CITY_OF.sub("", rest, count=1) if _CITY_OF.match(rest) else rest
    behind = _ARTICLE_BEHIND.fullmatch(rest)
    if behind:
        rest = f"{behind[2] or behind[3]} {behind[1]}"
    rest, postcode = _postcode(rest)
    rest, cedex, office = _cedex(rest)
    rest, number = _number(rest)
    pieces = [words(piece) for piece in _BREAK.split(rest)]
    # No name is made of digits alone: what is left of a number or of a broken postcode.
    parts = tuple(piece for piece in pieces if piece != ("france",) and not "".join(piece).isdigit() and piece)
    whole = tuple(word for part in parts for word in part)
    return Written(whole, parts if len(parts) > 1 else (), cedex, office, number, postcode, code, departement)


def tail(text: str) -> str:
    """Return what an address says from its last postcode on, nothing where none is in it: the rest is a street."""
    text = text[-_LONGEST:]
    text = _SPACED.sub(r"\1\2", text) if _SPACED.match(text) else text
    found = list(_POSTCODE.finditer(text))
    return text[found[-1].start() :] if found else ""


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, str | None]:
    found = pattern.search(text)
    return (text, None) if found is None else (text[: found.start()] + text[found.end() :], found[1].upper())


def _postcode(text: str) -> tuple[str, str | None]:
    """Take out a postcode: the town stands behind it, or in front where nothing is behind."""
    all_found = list(_POSTCODE.finditer(text))
    if not all_found:
        return text, None
    found = all_found[-1]
    before, behind = text[: found.start()], text[found.end() :]
    return (behind if re.search("[a-z]", _CEDEX.sub("", behind)) or not before.strip() else before + behind), found[1]


def _cedex(text: str) -> tuple[str, bool, int | None]:
    found = _CEDEX.search(text)
    if found is None:
        return text, False, None
    # What stands behind CEDEX is a part of its own ("GIF SUR YVETTE CEDEX - ST AUBIN").
    rest = f"{text[: found.start()]} / {_CEDEX.sub(' ', text[found.end() :])}"
    return rest, True, int(found[1]) if found[1] else None


def _number(text: str) -> tuple[str, int | None]:
    found = _NUMBER_BEHIND.search(text)
    if found:
        return f"{text[: found.start()]}{found[1]}{text[found.end() :]}", int(found[2])
    found = _NUMBER_BEFORE.search(text)
    if found:
        return f"{text[: found.start()]}{found[2]}{text[found.end() :]}", int(found[1])
    found = _ROMAN_BEHIND.search(text)
    if found and found[2] in _ROMAN:
        return f"{text[: found.start()]}{found[1]}{text[found.end() :]}", _ROMAN.index(found[2]) + 1
    return text, None
