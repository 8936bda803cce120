"""Finding text in lines, across the places where they wrap."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedalus_tui.emulator.row_view import RowView

MAX_MATCHES = 10_000


class Match(NamedTuple):
    """Where a match begins, and where it ends (exclusive): absolute lines and columns."""

    line: int
    column: int
    end_line: int
    end_column: int


def search_lines(
    lines: Iterable[tuple[int, RowView]], pattern: str, *, is_regex: bool, ignore_case: bool
) -> list[Match]:
    """All matches in `lines`, at most ``MAX_MATCHES``; raises ``re.error`` for a bad expression."""
    if not pattern:
        return []
    flags = re.IGNORECASE if ignore_case else re.NOFLAG
    expression = re.compile(pattern if is_regex else re.escape(pattern), flags)
    matches: list[Match] = []
    rows: list[tuple[int, RowView]] = []
    for line, row in lines:
        rows.append((line, row))
        if not row.is_wrapped:
            _search_joined(rows, expression, matches)
            rows = []
            if len(matches) >= MAX_MATCHES:
                return matches[:MAX_MATCHES]
    if rows:
        _search_joined(rows, expression, matches)
    return matches[:MAX_MATCHES]


def _search_joined(
    rows: list[tuple[int, RowView]], expression: re.Pattern[str], matches: list[Match]
) -> None:
    texts = [row.text for _, row in rows]
    text = "".join(texts)
    found = [match.span() for match in expression.finditer(text) if match.end() > match.start()]
    if not found:
        return
    starts = [0]
    for part in texts[:-1]:
        starts.append(starts[-1] + len(part))
    for start, end in found:
        first = bisect_right(starts, start) - 1
        last = bisect_right(starts, end - 1) - 1
        matches.append(
            Match(
                rows[first][0],
                column_of(rows[first][1], start - starts[first]),
                rows[last][0],
                column_of(rows[last][1], end - 1 - starts[last], after=True),
            )
        )


def column_of(row: RowView, index: int, *, after: bool = False) -> int:
    """The column of a character of ``row.text``; with `after` the column behind its cell."""
    cells = row.cells
    ends = list(accumulate(map(len, cells)))
    column = bisect_right(ends, index)
    if not after:
        return column
    column += 1
    while column < len(cells) and not cells[column]:
        column += 1
    return column
