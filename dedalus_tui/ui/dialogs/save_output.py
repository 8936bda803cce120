"""Where to save a text, and how."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dedalus_tui.ui.dialogs.field import FormField
from dedalus_tui.ui.dialogs.form import FormDialog

if TYPE_CHECKING:
    from collections.abc import Iterable

_FORMS = {"plain": (False, False), "times": (True, False), "shown": (False, True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveWish:
    """What the person chose."""

    path: str
    has_times: bool = False
    only_shown: bool = False
    """Only the lines that filters and streams let through."""


class SaveOutputDialog(FormDialog[SaveWish]):
    """Yields a path that does not exist yet."""

    accept_label = "Save"

    def __init__(self, suggested: str) -> None:
        """`suggested` is a file name in the current directory."""
        super().__init__("Save the output")
        self._suggested = suggested

    def make_fields(self) -> Iterable[FormField]:
        """File and form."""
        yield FormField("path", "File", value=self._suggested, check=_check_path, is_wide=True)
        yield FormField(
            "form",
            "As",
            value="plain",
            hint="plain, times (with time and stream), shown (what the filters show)",
            check=_check_form,
        )

    def collect(self) -> SaveWish:
        """What was chosen."""
        has_times, only_shown = _FORMS[self.field("form").text]
        return SaveWish(path=self.field("path").text, has_times=has_times, only_shown=only_shown)


def _check_path(text: str) -> None:
    if not text:
        raise ValueError("a file name is needed")
    path = Path(text).expanduser()
    if path.exists():
        raise ValueError("it exists already")
    if not path.parent.is_dir():
        raise ValueError("there is no such directory")


def _check_form(text: str) -> None:
    if text not in _FORMS:
        raise ValueError("plain, times or shown")
