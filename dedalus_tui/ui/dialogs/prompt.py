"""One question, one line of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.dialogs.field import FormField
from dedalus_tui.ui.dialogs.form import FormDialog
from dedalus_tui.ui.present.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dedalus_tui.ui.present.roles import Line


class PromptDialog(FormDialog[str]):
    """Yields the text without blanks around it."""

    def __init__(
        self,
        title: str,
        label: str,
        *,
        value: str = "",
        hint: str = "",
        accept_label: str = "OK",
        check: Callable[[str], object] = str,
        is_secret: bool = False,
    ) -> None:
        """`check` raises ValueError with words for beside the field."""
        super().__init__(title)
        self.accept_label = accept_label
        self._field_label = label
        self._value = value
        self._hint = hint
        self._check = check
        self._is_secret = is_secret

    def make_fields(self) -> Iterable[FormField]:
        """The one field."""
        yield FormField(
            "text",
            self._field_label,
            value=self._value,
            check=self._check,
            is_wide=True,
            is_secret=self._is_secret,
        )

    def summary(self) -> Iterable[Line]:
        """The hint, beneath, where there is room for a sentence."""
        if self._hint:
            yield ((self._hint, Role.MUTED),)

    def collect(self) -> str:
        """The text."""
        return self.field("text").text
