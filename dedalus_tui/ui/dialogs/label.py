"""The form for what this person calls a machine: name, note, tags. The service never sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.label import Label
from dedalus_tui.ui.dialogs.checks import check_name, check_note, parse_tags
from dedalus_tui.ui.dialogs.field import FormField
from dedalus_tui.ui.dialogs.form import FormDialog
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import short_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedalus_tui.ui.present.roles import Line


class LabelDialog(FormDialog[Label]):
    """Yields the label with its pin as it was."""

    accept_label = "Save"

    def __init__(self, machine_id: str, label: Label) -> None:
        """`label` fills the fields."""
        super().__init__(f"Name, note, tags of {short_id(machine_id)}")
        self._label = label

    def make_fields(self) -> Iterable[FormField]:
        """All may be empty."""
        held = self._label
        yield FormField("name", "Name", value=held.name, check=check_name, is_wide=True)
        yield FormField(
            "tags",
            "Tags",
            value=" ".join(held.tags),
            placeholder="parted by blanks",
            check=parse_tags,
            is_wide=True,
        )
        yield FormField("note", "Note", value=held.note, check=check_note, is_wide=True)

    def summary(self) -> Iterable[Line]:
        """Where it is kept."""
        yield (("Kept on this computer only.", Role.MUTED),)

    def collect(self) -> Label:
        """The new label."""
        return self._label._replace(
            name=self.field("name").text,
            note=self.field("note").text,
            tags=parse_tags(self.field("tags").text),
        )
