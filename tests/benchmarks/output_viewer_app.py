"""The output viewer alone, for the benchmark: `o` opens the file, `S` searches, `f` follows.

Following writes 10,000 lines a second for ten seconds into a log of its own and reports how much
of a core the app used.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Static

from dedalus_tui.domain.output import OutputRecord, Stream
from dedalus_tui.store.output_spool import OutputSpool
from dedalus_tui.store.output_view import OutputView
from dedalus_tui.ui import painting
from dedalus_tui.ui.themes import THEMES
from dedalus_tui.ui.type_ahead import TypeAhead
from dedalus_tui.ui.widgets.log_panel import LogPanel

if TYPE_CHECKING:
    from textual.app import ComposeResult

RARE = "needle-in-a-haystack"
SLICE_SECONDS = 0.006
FOLLOW_SECONDS, LINES_A_SECOND, TURNS_A_SECOND = 10, 10_000, 20


class ViewerApp(TypeAhead):
    """One log on an otherwise empty screen; keys and garbage go as in the program."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open"),
        Binding("S", "search"),
        Binding("F", "flood"),
        Binding("pagedown", "page(1)", priority=True),
        Binding("pageup", "page(-1)", priority=True),
    ]

    def __init__(self, path: Path) -> None:
        painting.install()
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.animation_level = "none"
        self._path = path
        self._panel: LogPanel | None = None
        self._view: OutputView | None = None

    def compose(self) -> ComposeResult:
        yield Static("press o to open", id="told", markup=False)

    def on_ready(self) -> None:
        gc.freeze()

    async def _show(self, spool: OutputSpool, *, is_following: bool) -> OutputView:
        self._view = OutputView(spool)
        self._panel = LogPanel(self._view)
        if not is_following:
            self._panel.log_view.reader.pause()
        await self.mount(self._panel)
        return self._view

    async def action_open(self) -> None:
        await self._show(OutputSpool(file=self._path), is_following=False)
        self._look = self.set_interval(0.02, self._tell_how_far)

    def _tell_how_far(self) -> None:
        assert self._view is not None
        if not self._view.has_work:
            self._tell("everything read")
            self._look.stop()
        elif not self._view.spool.is_indexing:
            self._tell("every line known")

    def _tell(self, text: str) -> None:
        self.query_one("#told", Static).update(text)

    def action_page(self, screens: int) -> None:
        if self._panel is not None:
            self._panel.log_view.page(screens)

    def action_search(self) -> None:
        """The same slices as when a person searches, timed."""
        view = self._view
        assert view is not None
        told = []
        for query in (RARE, RARE.capitalize(), f"/{RARE[:8]}.*{RARE[-5:]}/"):
            began, longest = time.perf_counter(), 0.0
            view.find("")
            view.find(query)
            is_searching = True
            while is_searching:
                slice_began = time.perf_counter()
                is_searching = view.advance(SLICE_SECONDS)
                longest = max(longest, time.perf_counter() - slice_began)
            took = time.perf_counter() - began
            told.append(f"{took * 1000:.0f} ({longest * 1000:.0f})")
        self._tell(f"searched {' '.join(told)} ms.")

    async def action_flood(self) -> None:
        await self._show(OutputSpool(), is_following=True)
        self.run_worker(self._flood())

    async def _flood(self) -> None:
        assert self._view is not None
        spool = self._view.spool
        batch = LINES_A_SECOND // TURNS_A_SECOND
        line = b"connection request handler database timeout worker session token cache line %d\n"
        began, used = time.perf_counter(), time.process_time()
        self._tell("flooding")
        for turn in range(FOLLOW_SECONDS * TURNS_A_SECOND):
            at_us = int(time.time() * 1_000_000)
            data = b"".join(line % number for number in range(turn * batch, (turn + 1) * batch))
            spool.append(OutputRecord(turn, at_us, Stream.STDOUT, data))
            due = began + (turn + 1) / TURNS_A_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
        share = (time.process_time() - used) / (time.perf_counter() - began)
        self._tell(f"flooded: {share * 100:.0f} percent of a core.")


if __name__ == "__main__":
    ViewerApp(Path(sys.argv[1])).run()
