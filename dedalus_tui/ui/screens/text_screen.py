"""A screen of text: carries the `text.…` actions to the log panel it shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dedalus_tui.domain.output import Severity
from dedalus_tui.ui.bindings import keyed
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import clip, plain
from dedalus_tui.ui.present.units import counted
from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.screens.output_export import MOST_FOR_CLIPBOARD, pipe_to, save_log

if TYPE_CHECKING:
    from dedalus_tui.ui.widgets.log_panel import LogPanel
    from dedalus_tui.ui.widgets.log_view import LogView


class TextScreen(ActionScreen):
    """Subclasses give `panel` and `suggested_file`."""

    @property
    def panel(self) -> LogPanel:
        """The log on show."""
        raise NotImplementedError

    @property
    def suggested_file(self) -> str:
        """The name of the file that saving suggests."""
        raise NotImplementedError

    @property
    def log_view(self) -> LogView:
        """The view inside the panel."""
        return self.panel.log_view

    def action_app_back(self) -> None:
        """Esc: end the selection, the search, the filters, the full screen; then up."""
        view = self.panel.view
        if self.log_view.reader.anchor is not None:
            self.log_view.toggle_visual()
        elif view.search is not None:
            self.log_view.find("")
        elif view.filters:
            self.log_view.clear_filters()
        elif self.has_class("-full"):
            self.remove_class("-full")
        else:
            self.go_up()

    # Moving

    def action_text_down(self) -> None:
        """One line down."""
        self.log_view.move(1)

    def action_text_up(self) -> None:
        """One line up."""
        self.log_view.move(-1)

    def action_text_first(self) -> None:
        """To the head."""
        self.log_view.first()

    def action_text_last(self) -> None:
        """To the end, and follow it."""
        self.log_view.follow()

    def action_text_half_down(self) -> None:
        """Half a page down."""
        self.log_view.page(0.5)

    def action_text_half_up(self) -> None:
        """Half a page up."""
        self.log_view.page(-0.5)

    def action_text_page_down(self) -> None:
        """One page down."""
        self.log_view.page(1)

    def action_text_page_up(self) -> None:
        """One page up."""
        self.log_view.page(-1)

    def action_text_left(self) -> None:
        """Long lines to the left."""
        self.log_view.sideways(-1)

    def action_text_right(self) -> None:
        """Long lines to the right."""
        self.log_view.sideways(1)

    def action_text_since(self, key: str) -> None:
        """Tail, head, or a time before the newest line."""
        if not self.log_view.jump_in_time(int(key)):
            self.flash("the times of these lines are not known")

    # Finding

    def action_text_follow(self) -> None:
        """Follow the end, or stop."""
        self.log_view.toggle_follow()

    def action_text_search(self) -> None:
        """Type a search."""
        self.panel.open_search()

    def action_text_filter(self) -> None:
        """Type a filter."""
        self.panel.open_filter()

    def action_text_next_hit(self) -> None:
        """To the next hit."""
        self._step_hit(1)

    def action_text_previous_hit(self) -> None:
        """To the previous hit."""
        self._step_hit(-1)

    def _step_hit(self, direction: int) -> None:
        if self.log_view.step_hit(direction):
            return
        has_search = self.panel.view.search is not None
        self.flash("not found" if has_search else keyed("search first: {text.search}", self))

    def action_text_next_error(self) -> None:
        """To the next error; while following, to the first."""
        self._step_severity(Severity.ERROR, 1, "no error after this line")

    def action_text_previous_error(self) -> None:
        """To the previous error."""
        self._step_severity(Severity.ERROR, -1, "no error before this line")

    def action_text_next_warning(self) -> None:
        """To the next warning."""
        self._step_severity(Severity.WARNING, 1, "no warning after this line")

    def _step_severity(self, severity: Severity, direction: int, otherwise: str) -> None:
        if not self.log_view.step_severity(severity, direction):
            unread = self.panel.view.has_work
            self.flash("still reading; again in a moment" if unread else otherwise)

    # Showing

    def action_text_streams(self) -> None:
        """Other streams."""
        self.log_view.cycle_streams()

    def action_text_time(self) -> None:
        """Another time column."""
        self.log_view.cycle_time()

    def action_text_wrap(self) -> None:
        """Wrap, or not."""
        self.log_view.toggle_wrap()

    def action_text_pretty(self) -> None:
        """Spread records out, or not."""
        self.log_view.toggle_spread()

    def action_text_line(self) -> None:
        """Spread this line out, or not."""
        self.log_view.toggle_line()

    def action_text_folds(self) -> None:
        """Fold tracebacks, or not."""
        self.log_view.toggle_folds()

    def action_text_progress(self) -> None:
        """All states of progress bars, or the last."""
        self.log_view.toggle_progress()

    def action_text_density(self) -> None:
        """The bar of when lines came."""
        self.panel.toggle_density()

    def action_text_full(self) -> None:
        """Only the text."""
        self.toggle_class("-full")

    # Taking

    def action_text_bookmark(self) -> None:
        """Set or take away a bookmark."""
        self.log_view.toggle_bookmark()

    def action_text_next_bookmark(self) -> None:
        """To the next bookmark."""
        self._step_bookmark(1)

    def action_text_previous_bookmark(self) -> None:
        """To the previous bookmark."""
        self._step_bookmark(-1)

    def _step_bookmark(self, direction: int) -> None:
        if not self.log_view.step_bookmark(direction):
            self.flash(keyed("no bookmark is set: {text.bookmark} sets one", self))

    def action_text_visual(self) -> None:
        """Select lines, or stop."""
        self.log_view.toggle_visual()

    def action_text_copy(self) -> None:
        """What is selected with the mouse or by lines, or the line."""
        dragged = self.get_selected_text()
        self.copy(dragged if dragged else self.log_view.take_copy())

    def copy(self, text: str) -> None:
        """Send it to the terminal's clipboard, which never answers; too much goes to a file."""
        if not text:
            self.flash("there is nothing to copy")
            return
        if len(text.encode("utf-8", "replace")) > MOST_FOR_CLIPBOARD:
            words = "too much for the terminal's clipboard: save it with {text.save}"
            self.flash(keyed(words, self))
            return
        self.app.copy_to_clipboard(text)
        lines = text.count("\n") + 1
        what = counted(lines, "line") if lines > 1 else clip(plain(text), 40)
        self.flash(f"sent to the terminal's clipboard: {what}", Role.OK)

    def action_text_save(self) -> None:
        """Ask where to, and write it."""
        self.app.run_worker(self._save(), name="save output")

    async def _save(self) -> None:
        from dedalus_tui.ui.dialogs.save_output import SaveOutputDialog

        dialog = SaveOutputDialog(self.suggested_file)
        chosen = await self.app.push_screen_wait(dialog)
        if chosen is None:
            return
        path = Path(chosen.path)
        try:
            count = await save_log(
                self.panel.view, path, has_times=chosen.has_times, only_shown=chosen.only_shown
            )
        except OSError as error:
            self.flash(f"not saved: {error.strerror or error}", Role.BAD)
            return
        self.flash(f"saved {counted(count, 'line')} to {path}", Role.OK)

    def action_text_pipe(self) -> None:
        """Ask for a command, and hand it the text."""
        self.app.run_worker(self._pipe(), name="pipe output")

    async def _pipe(self) -> None:
        import os

        from textual.app import SuspendNotSupported

        from dedalus_tui.ui.dialogs.prompt import PromptDialog

        command = await self.app.push_screen_wait(
            PromptDialog(
                "Pipe the text to a command on this computer",
                "Command",
                value=os.environ.get("PAGER") or "less -R",
                hint="Your shell runs it; the dashboard comes back when it ends.",
                accept_label="Run",
            )
        )
        if not command:
            return
        try:
            # Without the batch, a repaint meanwhile would block on a terminal nobody reads.
            with self.app.suspend(), self.app.batch_update():
                status = await pipe_to(self.panel.view, command)
        except SuspendNotSupported:
            self.flash("this terminal cannot be lent to another program")
            return
        self.app.refresh(layout=True)
        if status:
            self.flash(f"the command ended with exit {status}")
