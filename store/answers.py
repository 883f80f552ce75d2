"""Answers that are remembered: a bounded store of them, and bodies that are read again, or for the first time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import Final, NamedTuple, Self

from maille.store.engine import Answer, QueryForm

Key = tuple[object, ...]
_OVERHEAD: Final = 1_000
_SHARE: Final = 4
_FROM_MEMORY: Final = {"cache": 0.0}


class Entry(NamedTuple):
    """A whole answer."""

    form: QueryForm
    media_type: str
    release: str
    parts: tuple[bytes, ...]

    def answer(self) -> Answer:
        """Return the answer anew."""
        return Answer(self.form, self.media_type, Parts(self.parts), self.release, timings=_FROM_MEMORY)


class Answers:
    """The least recently used answers leave when they are more than `capacity` bytes."""

    def __init__(self, capacity: int) -> None:
        self.size = 0
        self.capacity = capacity
        self._entries: OrderedDict[Key, Entry] = OrderedDict()

    def get(self, key: Key) -> Entry | None:
        """Return an answer, which is then the most recently used one."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def put(self, key: Key, entry: Entry) -> None:
        """Keep an answer, unless it would take the place of too many others."""
        size = _size(key, entry)
        if size > self.largest or key in self._entries:
            return
        self._entries[key] = entry
        self.size += size
        while self.size > self.capacity:
            self.size -= _size(*self._entries.popitem(last=False))

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self.size = 0

    @property
    def largest(self) -> int:
        """How many bytes one answer may take."""
        return self.capacity // _SHARE


def _size(key: Key, entry: Entry) -> int:
    return sum(map(len, entry.parts)) + 4 * len(str(key[1])) + _OVERHEAD


class Parts:
    """An answer from memory."""

    def __init__(self, parts: tuple[bytes, ...]) -> None:
        self._all = parts
        self._parts = iter(parts)

    @property
    def whole(self) -> bytes | None:
        """The body, where it is one part."""
        return self._all[0] if len(self._all) == 1 else None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        for part in self._parts:
            return part
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Let go of the answer."""


class Rest:
    """An answer of which some parts were read already."""

    def __init__(self, parts: tuple[bytes, ...], chunks: AsyncIterator[bytes]) -> None:
        self._parts = iter(parts)
        self._chunks = chunks

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        for part in self._parts:
            return part
        return await anext(self._chunks)

    async def aclose(self) -> None:
        """Let go of the answer."""
        close = getattr(self._chunks, "aclose", None)
        if close is not None:
            await close()


class Remembering(Rest):
    """A long answer, remembered when its last part was read."""

    def __init__(self, parts: tuple[bytes, ...], answer: Answer, answers: Answers, key: Key) -> None:
        super().__init__(parts, answer.chunks)
        self._answer = answer
        self._answers = answers
        self._key = key
        self._seen: list[bytes] | None = []
        self._size = 0

    async def __anext__(self) -> bytes:
        try:
            part = await super().__anext__()
        except StopAsyncIteration:
            self._keep()
            raise
        self._size += len(part)
        if self._seen is not None and self._size <= self._answers.largest:
            self._seen.append(part)
        else:
            self._seen = None
        return part

    def _keep(self) -> None:
        answer = self._answer
        if self._seen is not None and answer.release == self._key[0]:
            self._answers.put(self._key, Entry(answer.form, answer.media_type, answer.release, tuple(self._seen)))
            self._seen = None
