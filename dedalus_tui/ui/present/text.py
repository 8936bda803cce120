"""Strings from outside made fit for one line of a terminal: no control, no disguise, right width.

Nothing from the service or from a machine reaches the screen without passing `plain` or
`plain_lines` (the terminal emulator is the one other door).
"""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"

_JOINERS = frozenset("\u200c\u200d")
"""Invisible, but emoji and several scripts are spelled with them."""
_VARIATION_OR_MARK_START = 0x300
_TAB_STOP = 8
_SINGLE = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u2319\u2500-\u25fc\u2690\u2691"
    "\u2713-\u2727\u2800-\u28ff]*"
)
"""Characters that cover one cell each, our own signs among them: they need no width table."""


def plain(text: str) -> str:
    """`text` on one line: blanks for line ends and tabs, a visible mark for what would be unseen.

    Control characters, bidirectional overrides, invisible format characters and lone surrogates
    are replaced rather than dropped, so two different strings never look the same.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _visible(char) for char in text)


def plain_lines(text: str) -> tuple[str, ...]:
    """The lines of `text`, each passed through `plain`, tabs expanded to stops of 8."""
    return tuple(plain(line.expandtabs(_TAB_STOP)) for line in text.splitlines())


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Zs", "Zl", "Zp"} or char in "\t\n\v\f\r\x85":
        return " "
    if char in _JOINERS or category in {"Co", "Cn"}:
        # Unassigned here may be a newer emoji that the terminal knows.
        return char
    return REPLACEMENT


def cell_width(text: str) -> int:
    """Cells of the terminal that an already plain `text` covers."""
    if text.isascii() or _SINGLE.fullmatch(text):
        return len(text)
    from wcwidth import wcswidth  # 80 ms: only where another character appears

    return max(0, wcswidth(text))


def clip(text: str, cells: int, *, ellipsis: str = ELLIPSIS) -> str:
    """`text` cut to at most `cells`, ending in `ellipsis` when something is missing.

    A wide character or a cluster (base and its marks) is kept whole or left out.
    """
    if cell_width(text) <= cells:
        return text
    room = cells - cell_width(ellipsis)
    if room < 0:
        return head(ellipsis, cells)
    return head(text, room) + ellipsis


def clip_middle(text: str, cells: int, *, tail: int, ellipsis: str = ELLIPSIS) -> str:
    """`text` cut to `cells` with its last `tail` characters kept: how ids stay distinguishable."""
    if cell_width(text) <= cells:
        return text
    room = cells - tail - cell_width(ellipsis)
    if room < 1:
        return clip(text, cells, ellipsis=ellipsis)
    return head(text, room) + ellipsis + text[-tail:]


def pad(text: str, cells: int, *, right: bool = False, ellipsis: str = ELLIPSIS) -> str:
    """`text` at exactly `cells`: clipped, then filled with blanks; `right` aligns to the right."""
    fitting = clip(text, cells, ellipsis=ellipsis)
    blanks = " " * (cells - cell_width(fitting))
    return blanks + fitting if right else fitting + blanks


def head(text: str, cells: int) -> str:
    """As many whole clusters from the start of `text` as fit into `cells`."""
    if text.isascii():
        return text[: max(0, cells)]
    kept = ""
    for cluster in _clusters(text):
        if cell_width(kept + cluster) > cells:
            break
        kept += cluster
    return kept


def _clusters(text: str) -> list[str]:
    """Base characters with everything that attaches to them; approximate, never splitting marks."""
    clusters: list[str] = []
    for char in text:
        if clusters and (_attaches(char) or clusters[-1].endswith("\u200d")):
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


def _attaches(char: str) -> bool:
    if ord(char) < _VARIATION_OR_MARK_START:
        return False
    return char in _JOINERS or unicodedata.category(char) in {"Mn", "Me", "Mc"} or _is_skin(char)


def _is_skin(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff"
