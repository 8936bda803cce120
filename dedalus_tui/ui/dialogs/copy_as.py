"""What to copy of a machine: its id, or commands for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.dialogs.menu import MenuDialog, MenuItem
from dedalus_tui.ui.present.text import clip, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedalus_tui.actions.copy_as import CopyChoice

_DETAIL_CELLS = 140


class CopyAsDialog(MenuDialog):
    """Yields the place of the choice in the given sequence, as text."""

    def __init__(self, title: str, choices: Sequence[CopyChoice]) -> None:
        """The first nine have their number as key."""
        super().__init__(
            title,
            tuple(
                MenuItem(
                    id=str(place),
                    label=choice.title,
                    keys=(str(place + 1),) if place < 9 else (),
                    detail=clip(plain(_on_one_line(choice.text)), _DETAIL_CELLS),
                )
                for place, choice in enumerate(choices)
            ),
        )


def _on_one_line(text: str) -> str:
    return " ".join(text.replace("\\\n", " ").split())
