"""Tabs of terminals, each with its splits: which is shown, which has the keys. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedalus_tui.ui.widgets.terminal_layout import (
    Box,
    Node,
    Side,
    Way,
    boxes,
    divided,
    fits,
    leaves,
    neighbour,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(slots=True)
class Tab:
    """One or several terminals shown together."""

    tree: Node
    focused: int
    """The terminal that has the keys."""
    is_zoomed: bool = False
    """Only the focused one is shown, as large as possible."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """Its terminals, in reading order."""
        return tuple(leaves(self.tree))

    def placed(self, box: Box) -> dict[int, Box]:
        """Where its terminals lie now."""
        return {self.focused: box} if self.is_zoomed else boxes(self.tree, box)


class Workbench:
    """All tabs. Terminals are known by their numbers."""

    def __init__(self) -> None:
        """No tabs yet."""
        self.tabs: list[Tab] = []
        self._at = 0
        self._before = 0

    @property
    def tab(self) -> Tab | None:
        """The tab on show."""
        return self.tabs[self._at] if self.tabs else None

    @property
    def place(self) -> int:
        """Its place, counted from 0."""
        return self._at

    @property
    def focused(self) -> int | None:
        """The terminal that has the keys."""
        return self.tab.focused if self.tab is not None else None

    @property
    def shown(self) -> tuple[int, ...]:
        """The terminals that can be seen."""
        tab = self.tab
        if tab is None:
            return ()
        return (tab.focused,) if tab.is_zoomed else tab.numbers

    def show(self, number: int) -> None:
        """Show a terminal: in the tab that has it, else in a new one."""
        for place, tab in enumerate(self.tabs):
            if number in tab.numbers:
                tab.focused = number
                self._go(place)
                return
        self.tabs.append(Tab(number, number))
        self._go(len(self.tabs) - 1)

    def split(self, number: int, way: Way, box: Box) -> bool:
        """Put a terminal beside or below the focused one; False when there is no room."""
        tab = self.tab
        if tab is None:
            return False
        tree = divided(tab.tree, tab.focused, number, way)
        if not fits(tree, box):
            return False
        tab.tree, tab.focused, tab.is_zoomed = tree, number, False
        return True

    def has_room(self, way: Way, box: Box) -> bool:
        """True when the focused terminal can be split that way."""
        tab = self.tab
        return tab is not None and fits(divided(tab.tree, tab.focused, -1, way), box)

    def go_to(self, place: int) -> bool:
        """Show the tab at a place, counted from 0; False when there is none."""
        if 0 <= place < len(self.tabs):
            self._go(place)
            return True
        return False

    def go_back(self) -> None:
        """Show the tab shown before this one."""
        if self._before < len(self.tabs):
            self._go(self._before)

    def move(self, side: Side, box: Box) -> bool:
        """Give the keys to the neighbour on that side; False when there is none."""
        tab = self.tab
        if tab is None or tab.is_zoomed:
            return False
        found = neighbour(boxes(tab.tree, box), tab.focused, side)
        if found is None:
            return False
        tab.focused = found
        return True

    def focus(self, number: int) -> None:
        """Give the keys to a terminal of this tab."""
        if self.tab is not None and number in self.tab.numbers:
            self.tab.focused = number

    def zoom(self) -> None:
        """Show only the focused one, or all of the tab again."""
        tab = self.tab
        if tab is not None and (tab.is_zoomed or len(tab.numbers) > 1):
            tab.is_zoomed = not tab.is_zoomed

    def remove(self, number: int) -> None:
        """A terminal is no more."""
        for place, tab in enumerate(self.tabs):
            if number not in tab.numbers:
                continue
            rest = without(tab.tree, number)
            if rest is None:
                del self.tabs[place]
                if self._at >= place and self._at > 0:
                    self._at -= 1
                self._before = min(self._before, self._at)
            else:
                tab.tree = rest
                if tab.focused == number:
                    tab.focused = tab.numbers[0]
                tab.is_zoomed = False
            return

    def keep_only(self, numbers: Collection[int]) -> None:
        """Drop every terminal that is not among these."""
        gone = [number for tab in self.tabs for number in tab.numbers if number not in numbers]
        for number in gone:
            self.remove(number)

    def _go(self, place: int) -> None:
        if place != self._at:
            self._before, self._at = self._at, place
