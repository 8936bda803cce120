"""A fixed text looked for in blocks of a log, also in either case, at the speed of a byte search.

Lower-casing 100 MB costs as much as searching it three times, so where a letter of the text is
rare in a block, its few places are looked at instead.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLE_BYTES = 4096
RARE_IN_SAMPLE = 4
"""A letter that occurs so often in the sample at most is rare enough to go by."""
BYTES_A_PLACE = 256
"""With more places of the rare letter than one in so many bytes, lower-casing is quicker."""
LOWERED_AT_ONCE = 64 * 1024
"""Bytes that stay in the processor's cache."""

_WORDS = re.compile(rb"[A-Za-z0-9]+")
_ODD_CASES = {b"s": (b"\xc5\xbf",), b"k": (b"\xe2\x84\xaa",), b"i": (b"\xc4\xb0", b"\xc4\xb1")}
"""Letters beyond ASCII that count as an ASCII letter in another case, in UTF-8."""


class Literal:
    """A text, in lower case if its case does not matter."""

    def __init__(self, text: bytes, *, ignores_case: bool) -> None:
        """`text` is not empty, and ASCII if its case does not matter."""
        self.text = text.lower() if ignores_case else text
        self._ignores_case = ignores_case
        letters = dict.fromkeys(self.text[place : place + 1] for place in range(len(self.text)))
        self._letters = tuple((one, one.upper()) for one in letters) if ignores_case else ()
        self._odd = tuple(odd for one in letters for odd in _ODD_CASES.get(one, ()))

    @property
    def longest_word(self) -> Literal | None:
        """The part of it that no sequence for colours can stand in, unless inside a word."""
        words = _WORDS.findall(self.text)
        return Literal(max(words, key=len), ignores_case=self._ignores_case) if words else None

    def offsets(self, block: bytes) -> Iterator[int]:
        """Where it begins in a block, or may begin, rising but for the odd cases at the end."""
        if not self._ignores_case:
            yield from _places(block, self.text)
            return
        rare = self._rare_letter(block)
        if rare is None:
            yield from self._lowered(block, 0)
        else:
            yield from self._by_letter(block, *rare)
        if self._odd and not block.isascii():
            for odd in self._odd:
                yield from _places(block, odd)

    def _rare_letter(self, block: bytes) -> tuple[bytes, bytes] | None:
        sample = block[:SAMPLE_BYTES]
        counts = {
            pair: sample.count(pair[0]) + (sample.count(pair[1]) if pair[1] != pair[0] else 0)
            for pair in self._letters
        }
        rarest = min(counts, key=counts.__getitem__)
        return rarest if counts[rarest] <= RARE_IN_SAMPLE else None

    def _by_letter(self, block: bytes, letter: bytes, capital: bytes) -> Iterator[int]:
        place, length = self.text.index(letter), len(self.text)
        small = block.find(letter, place)
        large = block.find(capital, place) if capital != letter else -1
        left = len(block) // BYTES_A_PLACE
        while small >= 0 or large >= 0:
            is_small = large < 0 or 0 <= small < large
            begin = (small if is_small else large) - place
            if left == 0:
                yield from self._lowered(block, begin)
                return
            left -= 1
            if block[begin : begin + length].lower() == self.text:
                yield begin
            if is_small:
                small = block.find(letter, small + 1)
            else:
                large = block.find(capital, large + 1)

    def _lowered(self, block: bytes, start: int) -> Iterator[int]:
        reach = LOWERED_AT_ONCE + len(self.text) - 1
        for begin in range(start, len(block), LOWERED_AT_ONCE):
            for place in _places(block[begin : begin + reach].lower(), self.text):
                yield begin + place


def _places(block: bytes, text: bytes) -> Iterator[int]:
    place = block.find(text)
    while place >= 0:
        yield place
        place = block.find(text, place + 1)


def required_text(expression: str, flags: int) -> str:
    """The longest text that everything matching an expression holds; empty if none is sure."""
    try:
        parser = import_module("re._parser")
        return max(_required(parser.parse(expression, flags)), key=len, default="")
    except (ImportError, AttributeError, TypeError, ValueError, re.error):
        return ""


def _required(parsed: Any) -> list[str]:
    """Texts that must occur; the parts of an expression as `re` itself reads them."""
    texts = [""]
    for name, argument in ((str(operation), argument) for operation, argument in parsed):
        if name == "LITERAL":
            texts[-1] += chr(argument)
            continue
        if name == "AT":
            continue  # a place takes no character
        inner: Any = ()
        if name == "SUBPATTERN" and not argument[1] and not argument[2]:
            inner = argument[3]
        elif name == "ATOMIC_GROUP":
            inner = argument
        elif name.endswith("_REPEAT") and argument[0] > 0:
            inner = argument[2]
        texts += [*_required(inner), ""]
    return texts
