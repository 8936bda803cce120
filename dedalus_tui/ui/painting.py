"""Workarounds for Textual 8.2.8 where it paints; with `compat` the only room of its private parts.

Background. Textual takes the screen beneath the topmost one for visible whatever the topmost one
looks like: it paints both, asks both every second, and repaints all when the hidden one changes.
`PaintsWhatIsSeen` leaves out those that cannot be seen.

A screen beneath that changed is marked as to be painted whole for ever: with every message it gets,
all of both is painted again. `_paint_frame` takes the mark away once it is painted.

Strips. A strip that is asked for all of itself keeps itself among its own parts, and so does every
line that is painted: only the collector frees them, and it stops a frame for a tenth of a second
after some eighty pages. `_divide` and `_crop_extend` give such a strip without keeping it.

Colours. A method of each widget's painted lines keeps its results in one cache for all of them, by
colours and by whose lines they are: it holds those of a thousand widgets that have gone, some
20 MB. `_inner_outer` keeps them by colours alone.

Frames. Textual's timer for frames has slots of a sixtieth of a second; after a frame that took
longer than its slot it lets one or two pass unused, so an echo behind a busy frame waits 40 ms.
`_on_idle` paints at once when the last frame began long enough ago, else as soon as it did.

tests/ui/test_painting.py fails when Textual changes what this leans on.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache, partial
from time import monotonic
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from textual._styles_cache import StylesCache
from textual.screen import UPDATE_PERIOD, Screen
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.style import Style
    from textual import events

_textual_divide, _textual_crop_extend = Strip.divide, Strip.crop_extend
_inner_outer = lru_cache(1024)(partial(StylesCache.get_inner_outer.__wrapped__, StylesCache))


def install() -> None:
    """Put the workarounds in place; call once before the app runs."""
    Strip.divide = _divide  # type: ignore[method-assign, assignment]
    Strip.crop_extend = _crop_extend  # type: ignore[method-assign, assignment]
    StylesCache.get_inner_outer = staticmethod(_inner_outer)  # type: ignore[method-assign, assignment]
    Screen._on_idle = _on_idle  # type: ignore[method-assign, assignment]


class PaintsWhatIsSeen:
    """An app that paints no screen that those above it cover.

    Stands before Textual's own class among the bases of an app.
    """

    if TYPE_CHECKING:
        _screen_stack: list[Screen[Any]]

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        seen: list[Screen[Any]] = []
        stack = self._screen_stack
        for above, screen in zip(reversed(stack), reversed(stack[:-1]), strict=False):
            if above.styles.background.a == 1:
                break
            seen.append(screen)
        return seen[::-1]


def _divide(strip: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
    length = strip.cell_length
    wanted = [cut for cut in cuts if cut <= length]
    return [strip] if wanted == [length] else _textual_divide(strip, wanted)


def _crop_extend(strip: Strip, start: int, end: int, style: Style | None) -> Strip:
    if start == 0 and end == strip.cell_length:
        return strip
    return _textual_crop_extend(strip, start, end, style)


async def _on_idle(screen: Screen[Any], event: events.Idle) -> None:
    event.prevent_default()
    if screen.app._batch_count or not screen.is_current or not _is_dirty(screen):
        await screen._invoke_and_clear_callbacks()
        return
    frames = _FRAMES.setdefault(screen, _Frames())
    wait = frames.last + UPDATE_PERIOD - monotonic()
    if frames.is_due:
        return
    if wait <= 0:
        _paint_frame(screen)
    else:
        frames.is_due = True
        asyncio.get_running_loop().call_later(wait, _paint_late, screen)


def _is_dirty(screen: Screen[Any]) -> bool:
    return bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
    )


def _paint_late(screen: Screen[Any]) -> None:
    # No message of the screen's, as with Textual's timer: behind each comes an idle event, and a
    # screen beneath a dialog says in every frame that it wants another one.
    try:
        _paint_frame(screen)
    except Exception as error:  # noqa: BLE001 - the app decides, as for its timers
        screen.app._handle_exception(error)


def _paint_frame(screen: Screen[Any]) -> None:
    frames = _FRAMES[screen]
    frames.is_due = False
    frames.last = monotonic()
    screen._on_timer_update()
    if screen.is_current and not screen.is_active and not screen.app._batch_count:
        screen._repaint_required = False
        screen._repaint_regions.clear()


class _Frames:
    last = 0.0
    is_due = False


_FRAMES: WeakKeyDictionary[Screen[Any], _Frames] = WeakKeyDictionary()
