"""A log with all that belongs to it: status line, view, density bar, and the line to type in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.containers import Vertical

from dedalus_tui.ui.present.output_empty import empty_lines
from dedalus_tui.ui.present.output_status import LogState, status_line
from dedalus_tui.ui.present.output_times import TimeColumn
from dedalus_tui.ui.present.roles import text_of
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.widgets.empty_state import EmptyState
from dedalus_tui.ui.widgets.log_density import LogDensity
from dedalus_tui.ui.widgets.log_prompt import LogPrompt, PromptKind
from dedalus_tui.ui.widgets.log_view import LogView
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.app import ComposeResult

    from dedalus_tui.store.output_view import OutputView


class LogPanel(Vertical):
    """Reads an `OutputView`; `log` carries the movements, this the prompts."""

    DEFAULT_CSS = """
    LogPanel {
        layers: base above;
        EmptyState {
            layer: above;
            display: none;
            margin: 1 0;
            &.-shown { display: block; }
        }
    }
    """

    def __init__(
        self,
        view: OutputView,
        *,
        labels: Mapping[int, str] | None = None,
        start_us: int = 0,
        is_ascii: bool = False,
        key_of: Callable[[str], str] = str,
        nothing: str = "No output.",
        waiting: str = "No output yet.",
        id: str | None = None,
    ) -> None:
        """As for `LogView`; `key_of` gives the key of an action. `nothing` is said when there is
        no line and none will come, `waiting` while one may."""
        super().__init__(id=id)
        self.view = view
        self.is_over = False
        """Whether the run has ended, so that nothing more will come."""
        self.log_view = LogView(view, labels=labels, start_us=start_us, is_ascii=is_ascii)
        self.log_view.state_changed = self.show_state
        self._density = LogDensity(view, self.log_view.signs)
        self._prompt = LogPrompt()
        self._status = SpanLines(SpanRow())
        self._empty = EmptyState()
        self._words_when_empty = partial(
            empty_lines, key_of=key_of, nothing=nothing, waiting=waiting
        )

    def compose(self) -> ComposeResult:
        """Status, log, density, prompt."""
        yield self._status
        yield self.log_view
        yield self._density
        yield self._prompt
        yield self._empty

    def on_mount(self) -> None:
        """The log takes the keys."""
        self.log_view.focus()
        self.show_state()

    @property
    def is_typing(self) -> bool:
        """Whether a search or a filter is being typed."""
        return self._prompt.is_open

    @property
    def state(self) -> LogState:
        """How the log is shown just now."""
        log, view = self.log_view, self.view
        placed = log.reader.window.visible()
        search = view.search
        return LogState(
            is_following=log.reader.is_following,
            is_over=self.is_over,
            new_lines=log.reader.new_lines,
            first_line=placed[0][0] + 1 if placed else 0,
            last_line=placed[-1][0] + 1 if placed else 0,
            line_count=view.row_count,
            streams=log.stream_label,
            time="" if log.time_column is TimeColumn.OFF else log.time_column.value,
            is_wrapped=log.is_wrapped,
            is_spread=log.is_spread,
            is_folded=view.folds_frames,
            shows_progress=view.shows_superseded,
            filters=tuple(one.text for one in view.filters),
            hidden=view.hidden_by_filters,
            query=search.pattern.text if search else "",
            hit=search.ordinal(log.reader.number) if search else None,
            hits=len(search.hits) if search else 0,
            is_searching=bool(search and not search.is_complete),
            given_up_after=search.searched if search and search.pattern.is_given_up else None,
            given_up_filter=view.given_up_filter,
            selected_lines=len(log.reader.selected_rows),
        )

    @property
    def status_text(self) -> str:
        """The words of the status line."""
        return text_of(status_line(self.state))

    def show_state(self) -> None:
        """Draw the status line anew."""
        state = self.state
        pieces = (Piece(*span) for span in status_line(state))
        self._status.show(SpanRow((Piece(" "), *pieces)))
        self._show_emptiness(state)
        if self._density.display:
            self._density.refresh()

    def _show_emptiness(self, state: LogState) -> None:
        """Say why there is no line, once every line was looked at."""
        count = self.view.spool.line_count
        if self.view.row_count or self.view.examined < count:
            self._empty.remove_class("-shown")
            return
        words = self._words_when_empty(state, count)
        self._empty.show(words)
        self._empty.set_class(bool(words), "-shown")

    # Typing

    def open_search(self) -> None:
        """Type a search; it takes effect at every key."""
        self.log_view.end_typing()
        self._prompt.open(PromptKind.SEARCH)

    def open_filter(self) -> None:
        """Type a filter; it takes effect with Enter."""
        self._prompt.open(PromptKind.FILTER)

    def on_log_prompt_typed(self, event: LogPrompt.Typed) -> None:
        """Search while typing."""
        event.stop()
        if event.kind is PromptKind.SEARCH:
            self._try(self.log_view.find, event.text)

    def on_log_prompt_accepted(self, event: LogPrompt.Accepted) -> None:
        """Keep the search, or add the filter; an empty filter takes the newest away."""
        event.stop()
        if event.kind is PromptKind.SEARCH:
            good = self._try(self.log_view.find, event.text)
        elif event.text:
            good = self._try(self.log_view.push_filter, event.text)
        else:
            self.log_view.pop_filter()
            good = True
        if good:
            self._close()

    def on_log_prompt_left(self, event: LogPrompt.Left) -> None:
        """Give the search up; Escape in an empty filter line clears all filters."""
        event.stop()
        if event.kind is PromptKind.SEARCH:
            self.log_view.find("")
        elif not event.text:
            self.log_view.clear_filters()
        self._close()

    def _try(self, take: Callable[[str], None], text: str) -> bool:
        """Hand the text over; what is wrong with it is told beside it."""
        try:
            take(text)
        except ValueError as error:
            self._prompt.remark(plain(str(error)))
            return False
        return True

    def _close(self) -> None:
        self._prompt.close()
        self.log_view.focus()

    def toggle_density(self) -> None:
        """Show or hide the density bar."""
        self._density.display = not self._density.display

    def on_log_density_chosen(self, event: LogDensity.Chosen) -> None:
        """Go where the bar was clicked."""
        event.stop()
        self.log_view.go_to(event.number)
