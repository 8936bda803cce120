"""The character sets of the VT family, as translation tables for ``str.translate``.

Designations are ``ESC ( F`` and its like; ``CharsetState`` keeps what is designated to G0-G3 and
which of them is invoked. Unicode text passes through; only characters 0x20-0x7E are translated.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LINE_DRAWING = dict(
    zip(
        range(0x5F, 0x7F),
        " ◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·",
        strict=True,
    )
)
"""DEC Special Graphics."""

_SUPPLEMENTAL = "".join(map(chr, range(0xA0, 0x100)))


def _national(positions: str, characters: str) -> dict[int, str]:
    return {
        ord(position): character for position, character in zip(positions, characters, strict=True)
    }


def _upper_half(table: str) -> dict[int, str]:
    return {0x20 + offset: character for offset, character in enumerate(table) if 0 < offset < 95}


CHARSETS: dict[str, dict[int, str]] = {
    "B": {},
    "0": LINE_DRAWING,
    "2": LINE_DRAWING,
    "A": _national("#", "£"),
    "4": _national("#@[\\]{|}~", "£¾ĳ½|¨ƒ¼´"),  # noqa: RUF001
    "C": _national("[\\]^`{|}~", "ÄÖÅÜéäöåü"),
    "5": _national("[\\]^`{|}~", "ÄÖÅÜéäöåü"),
    "R": _national("#@[\\]{|}~", "£à°ç§éùè¨"),
    "f": _national("#@[\\]{|}~", "£à°ç§éùè¨"),
    "9": _national("@[\\]^`{|}~", "àâçêîôéùèû"),
    "Q": _national("@[\\]^`{|}~", "àâçêîôéùèû"),
    "K": _national("@[\\]{|}~", "§ÄÖÜäöüß"),
    "Y": _national("#@[\\]`{|}~", "£§°çéùàòèì"),
    "`": _national("@[\\]^`{|}~", "ÄÆØÅÜäæøåü"),
    "E": _national("@[\\]^`{|}~", "ÄÆØÅÜäæøåü"),
    "6": _national("@[\\]^`{|}~", "ÄÆØÅÜäæøåü"),
    "%6": _national("[\\]{|}", "ÃÇÕãçõ"),
    "Z": _national("#@[\\]{|}", "£§¡Ñ¿°ñç"),
    "H": _national("@[\\]^`{|}~", "ÉÄÖÅÜéäöåü"),
    "7": _national("@[\\]^`{|}~", "ÉÄÖÅÜéäöåü"),
    "=": _national("#@[\\]^_`{|}~", "ùàéçêîèôäöüû"),
    "<": _upper_half(_SUPPLEMENTAL),
    "%5": _upper_half(_SUPPLEMENTAL),
    "/A": _upper_half(_SUPPLEMENTAL),
}
"""Final characters (with their intermediates) of the sets that can be designated; those of 96
characters with a slash before it."""


@dataclass(slots=True)
class CharsetState:
    """What is designated to G0-G3 (by final character), and which is in GL."""

    designated: list[str] = field(default_factory=lambda: ["B", "B", "B", "B"])
    left: int = 0
    right: int = 2
    single_shift: int | None = None

    def copy(self) -> CharsetState:
        """An independent copy."""
        return CharsetState(self.designated.copy(), self.left, self.right, self.single_shift)

    @property
    def table(self) -> dict[int, str]:
        """The translation in effect for the characters 0x20-0x7E."""
        return CHARSETS[self.designated[self.left]]

    @property
    def single_shift_table(self) -> dict[int, str]:
        """The translation for the one character after SS2 or SS3."""
        return CHARSETS[self.designated[self.single_shift or 0]]
