"""What every tab of a machine is: it knows its machine, and is told when to look again.

The machine screen mounts a pane when its tab is first opened, tells it what changed while it is
the one on show, and hands it the keys of lists and texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.message import Message

from dedalus_tui.ui.panes.rows import row_of
from dedalus_tui.ui.present.glyphs import glyphs

if TYPE_CHECKING:
    from textual.widget import Widget

    from dedalus_tui.domain.execution import Execution
    from dedalus_tui.store.changes import Key
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.present.row import MachineRow
    from dedalus_tui.ui.services import Services


class MachinePane(Vertical):
    """One tab. Subclasses give `compose` and override what concerns them."""

    MEANS: ClassVar[frozenset[str]] = frozenset()
    """Ids of the actions that `perform` carries out without a method named after them."""

    class Copied(Message):
        """The person wants this text on the clipboard."""

        def __init__(self, text: str, what: str) -> None:
            super().__init__()
            self.text = text
            self.what = what
            """What it is, for the notice: "the whole status"."""

    class Said(Message):
        """Something to tell the person in passing."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    def __init__(self, services: Services, machine_id: str) -> None:
        """Panes never reach for the app: what they need is in `services`."""
        super().__init__(classes="pane")
        self.services = services
        self.machine_id = machine_id
        self.signs = glyphs(is_ascii=services.settings.ascii)

    @property
    def record(self) -> MachineRecord | None:
        """The machine as the store shows it now; None when it is gone."""
        return self.services.store.machines.get(self.machine_id)

    @property
    def row(self) -> MachineRow | None:
        """The same, ready to be presented."""
        record = self.record
        return None if record is None else row_of(self.services, record)

    def opened(self) -> None:
        """The tab came on show, for the first time or again."""

    def refreshed(self) -> None:
        """The person wants to know anew what the service says of this machine."""

    def left(self) -> None:
        """Another tab came on show, or the screen is being left."""

    def heard(self, keys: frozenset[Key]) -> None:
        """Something in the store changed while the tab is on show."""

    def ticked(self) -> None:
        """A second passed while the tab is on show."""

    def perform(self, action_id: str) -> bool:
        """Carry out an action, in the method named after it; False when it means nothing here."""
        method = getattr(self, f"action_{action_id.replace('.', '_')}", None)
        if method is not None:
            method()
        return method is not None

    def carries_out(self, action_id: str) -> bool:
        """True when `perform` does something with the action."""
        return action_id in self.MEANS or hasattr(self, f"action_{action_id.replace('.', '_')}")

    async def action_carry_out(self, action_id: str) -> None:
        """A key of this tab: here, or by the screen."""
        if not self.perform(action_id):
            await self.screen.run_action(f"perform('{action_id}')")

    @property
    def chosen_runs(self) -> tuple[Execution, ...]:
        """The runs that `execution.…` actions are for."""
        return ()

    def focus_first(self) -> None:
        """Put the focus where keys belong."""
        target = self.focus_target
        if target is not None:
            target.focus()

    @property
    def focus_target(self) -> Widget | None:
        """Where keys belong."""
        return next((widget for widget in self.query("*") if widget.focusable), None)
