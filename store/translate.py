"""Every exception of pyoxigraph, as one of ours (SPARQL 1.1 Protocol, section 2.1.4: what went wrong is told)."""

from __future__ import annotations

import re
from typing import Final

from maille.ontology.errors import QueryError, QuerySyntaxError, QueryTooLarge

_POSITION: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_LONGEST: Final = 200


class Translated:
    """A context that raises the QueryError for whatever pyoxigraph raises inside; it has no state and costs little."""

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        """Raise what stands for `error`; what is none of pyoxigraph's passes."""
        if error is not None and not isinstance(error, QueryError):
            ours = translation(error)
            if ours is not None:
                raise ours from error


def translated() -> Translated:
    """Return the context that translates."""
    return Translated()


def translation(error: BaseException) -> QueryError | None:
    """Return the QueryError that stands for an exception of pyoxigraph, None where there is none."""
    text = str(error)
    match error:
        case SyntaxError():
            return syntax_error(text)
        case UnicodeError():
            return QuerySyntaxError("The query is no valid Unicode text.")
        case ValueError() | RuntimeError():
            return QueryError(_one_line(text))
        case OSError():
            return QueryError(f"The store could not be read: {_one_line(text)}")
        case MemoryError():
            return QueryTooLarge("The query needs more memory than it may have.")
    return None


def syntax_error(message: str) -> QuerySyntaxError:
    """Return the error for a message of the parser, its position taken out of it."""
    match = _POSITION.match(message)
    if match is None:
        return QuerySyntaxError(_one_line(message))
    line, column = int(match[1]), int(match[2])
    return QuerySyntaxError(f"Line {line}, column {column}: {_one_line(match[3])}", line, column)


def _one_line(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= _LONGEST else line[:_LONGEST] + " …"
