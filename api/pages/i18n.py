"""The two languages of the pages: choice (RFC 9110 section 12.5.4; `?lang=` wins), messages, numbers and labels."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib import resources
from typing import Final

from maille.api.http import negotiation

LANGUAGES: Final = ("fr", "en")
"""The languages of the pages; the first is the default."""

_NARROW_SPACE: Final = "\u202f"
_LONE_MARK: Final = re.compile(r"(?<=[\w»)]) (?=[:;?!»](?:\s|$))|(?<=«) ")
_LARGEST: Final = 24  # powers of ten: "1E+999999999" is a number too, and nobody wants it written out


def choose_language(lang_parameter: str | None, accept_language: str | None) -> str:
    """Return `fr` or `en`: the `?lang=` of the request where it is one of ours, else the best of Accept-Language."""
    if lang_parameter in LANGUAGES:
        return str(lang_parameter)
    return negotiation.choose_language(accept_language, LANGUAGES, LANGUAGES[0])


def load_messages() -> Mapping[str, tuple[str, str]]:
    """Return every message of the pages: key -> (French, English)."""
    text = resources.files("maille.api").joinpath("messages.toml").read_text(encoding="utf-8")
    return {key: (pair[0], pair[1]) for key, pair in tomllib.loads(text).items()}


def alphabetical(text: str) -> tuple[int, str, str]:
    """Return a key that sorts numbers by size, and names without regard to accents or capitals."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return len(text) if text.isdecimal() else 0, bare.casefold(), text


@dataclass(frozen=True, slots=True)
class Translator:
    """What a page needs of one language: its messages, and how it writes numbers and picks labels."""

    language: str
    messages: Mapping[str, tuple[str, str]]

    def __call__(self, key: str, **values: object) -> str:
        """Return the message `key`, its `{names}` filled in; an unknown key is an error of ours, so KeyError."""
        message = self.messages[key][LANGUAGES.index(self.language)]
        return self.typeset(message.format(**values) if values else message)

    def has(self, key: str) -> bool:
        """Tell whether there is a message `key`."""
        return key in self.messages

    def count(self, key: str, n: int) -> str:
        """Return the message `key.one` or `key.many` with `{n}` filled in; French counts zero as singular."""
        singular = n == 1 or (n == 0 and self.language == "fr")
        return self(f"{key}.{'one' if singular else 'many'}", n=self.number(n))

    def number(self, value: object) -> str:
        """Write a number as the language does; what is no number comes back as it was."""
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return str(value)
        if not number.is_finite() or abs(number.adjusted()) > _LARGEST:
            return str(value)
        text = f"{number.normalize():,f}" if number != number.to_integral_value() else f"{int(number):,d}"
        if self.language == "en":
            return text
        return text.replace(",", _NARROW_SPACE).replace(".", ",")

    def pick(self, labels: Mapping[str, str], default: str = "") -> str:
        """Return the label in the page's language, else French, English, untagged, any; else `default`."""
        for language in (self.language, *LANGUAGES, ""):
            if labels.get(language):
                return self.typeset(labels[language])
        return self.typeset(min(labels.values(), default=default))

    def typeset(self, text: str) -> str:
        """Return `text` with its French punctuation kept from standing alone at the head of a line."""
        return _LONE_MARK.sub(_NARROW_SPACE, text) if self.language == "fr" else text
