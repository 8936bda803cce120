"""Puts what the runner has to tell on the screen, each notice once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.present.notice import notice_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.actions.runner import Runner
    from dedalus_tui.store.changes import Key


class NoticeBoard:
    """Hears of changes and shows new notices; errors that an open form shows itself are left."""

    def __init__(
        self,
        runner: Runner,
        *,
        tell: Callable[[str, bool], None],
        is_told_elsewhere: Callable[[str], bool],
        log_key: str,
    ) -> None:
        """`tell` takes the words and whether they are an error; `is_told_elsewhere` an action.
        `log_key` opens the action log."""
        self._runner = runner
        self._tell = tell
        self._is_told_elsewhere = is_told_elsewhere
        self._log_key = log_key
        self._last = 0

    def hear(self, keys: frozenset[Key]) -> None:
        """Something changed: tell what is new."""
        if ("notice",) not in keys:
            return
        for notice in self._runner.notices.after(self._last):
            self._last = notice.number
            words = notice_words(notice, log_key=self._log_key)
            if words is None:
                continue
            if words.is_error and self._is_told_elsewhere(notice.summary.action.id):
                continue
            self._tell(words.text, words.is_error)
