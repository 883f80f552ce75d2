"""Every exception of pyoxigraph, as one of ours (SPARQL 1.1 Protocol, section 2.1.4: what went wrong is told)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from maille.ontology.errors import QueryError, QuerySyntaxError

_POSITION: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_LONGEST: Final = 200


@contextmanager
def translated() -> Iterator[None]:
    """Raise the QueryError that stands for whatever pyoxigraph raises inside."""
    try:
        yield
    except SyntaxError as error:
        raise syntax_error(str(error)) from error
    except UnicodeError as error:
        raise QuerySyntaxError("The query is no valid Unicode text.") from error
    except (ValueError, RuntimeError) as error:
        raise QueryError(_one_line(str(error))) from error
    except OSError as error:
        raise QueryError(f"The store could not be read: {_one_line(str(error))}") from error
    except MemoryError as error:
        raise QueryError("The query needs more memory than there is.") from error


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
