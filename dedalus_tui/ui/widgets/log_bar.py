"""The scroll bar of a log: where the window is, and where errors, warnings, hits, bookmarks are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedalus_tui.store.output_view import OutputView
    from dedalus_tui.ui.widgets.log_painter import LogSigns

Mark = tuple[str, str, bool]
"""Sign, role, and whether the window covers this part."""


def bar_marks(
    view: OutputView,
    bookmarks: Sequence[int],
    signs: LogSigns,
    *,
    height: int,
    top: int,
    shown: int,
) -> list[Mark]:
    """One mark for each cell of the bar; `shown` rows from `top` on are in the window."""
    total = view.row_count
    if height < 1 or not total:
        return [(signs.track, "faint", False)] * max(0, height)
    index = view.spool.index
    looked_for: list[tuple[Sequence[int], str, str]] = [(bookmarks, signs.bookmark, "mark")]
    if view.search is not None:
        looked_for.append((view.search.hits, signs.hit, "key"))
    looked_for += [(index.errors, signs.error, "bad"), (index.warnings, signs.warning, "warn")]
    thumb_end = max(top + shown, top + 1)
    fits = shown >= total
    span = max(total, height)
    marks: list[Mark] = []
    for cell in range(height):
        first = cell * span // height
        last = max((cell + 1) * span // height, first + 1)
        covered = not fits and first < thumb_end and last > top
        for numbers, sign, role in looked_for:
            if numbers and view.holds(numbers, first, last):
                marks.append((sign, role, covered))
                break
        else:
            marks.append((signs.thumb if covered else signs.track, "faint", covered))
    return marks


def row_for_cell(cell: int, *, height: int, total: int) -> int:
    """The row of the log that a cell of the bar stands for."""
    return max(0, min(total - 1, cell * total // max(1, height)))
