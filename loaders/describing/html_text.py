"""Text of HTML, with the tolerant parser of the standard library: nothing of the markup is left, nothing is run."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_BREAKS: Final = frozenset("br p div li tr h1 h2 h3 h4 h5 h6 ul ol table blockquote section article hr".split())
_SILENT: Final = frozenset(("script", "style", "template"))
_BLANKS: Final = re.compile(r"[ \t\r\f\v\u00a0]+")
_LINES: Final = re.compile(r" ?\n[ \n]*")
MOST: Final = 200_000
"""Characters of one text: on a longer one the parser may take time that grows with the square."""


def to_text(markup: str) -> str:
    """Return the text of a piece of HTML; raises ValueError where it is longer than any page."""
    if "<" not in markup and "&" not in markup:
        return markup
    if len(markup) > MOST:
        raise ValueError(f"markup of more than {MOST:,} characters is not read")
    parser = _Text()
    parser.feed(markup)
    parser.close()
    text = _BLANKS.sub(" ", "".join(parser.parts))
    return _LINES.sub("\n", text).strip()


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
