"""A screen with a header, a line of keys, and actions: what all screens of machines share.

Subclasses name their place in `actions.action.SCREENS`, make their bindings with
`bindings.screen_bindings(place)`, yield their middle in `compose_middle`, and carry out the
actions that have no plan in methods named after them (`action_list_filter` for `list.filter`).
Everything else goes through `Services.perform`.
"""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.message import Message
from textual.screen import Screen

from dedalus_tui.actions.action import SCREENS, Danger, Scope
from dedalus_tui.actions.registry import by_id, for_scope
from dedalus_tui.ui.bindings import key_of, shown_key
from dedalus_tui.ui.compat import LeavesOnce
from dedalus_tui.ui.present.connection import banner, connection_span
from dedalus_tui.ui.present.glyphs import glyphs
from dedalus_tui.ui.present.pending import pending_line
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.screens.machine_actions import MachineActions
from dedalus_tui.ui.widgets.prompt import Prompt
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from textual.app import ComposeResult
    from textual.timer import Timer
    from textual.widget import Widget

    from dedalus_tui.actions.action import Action
    from dedalus_tui.config.settings import Settings
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.present.roles import Line, Span
    from dedalus_tui.ui.services import Services

FLASH_SECONDS = 4.0
CRUMB = "▸"
_ROOMY = 100
"""From so many cells on the header has room for whole sentences."""
_ALWAYS = frozenset({"app.help", "app.up_or_quit"})
"""Shown in however little room: who knows these finds the others."""


class ActionScreen(MachineActions, LeavesOnce, Screen[None]):
    """A screen whose keys are actions of the registry."""

    PLACE: ClassVar[str] = "fleet"
    """The screen's name in `actions.action.SCREENS`."""
    OWN_SCOPES: ClassVar[frozenset[Scope]] = frozenset()
    """Scopes whose keys the screen shows itself, apart from those at the bottom."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (120, "-wide"), (170, "-vast")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012

    def __init__(
        self,
        settings: Settings,
        keys: Mapping[str, tuple[str, ...]],
        services: Services | None = None,
    ) -> None:
        """Without services the screen shows what it can, until it is connected."""
        super().__init__()
        self.settings = settings
        self.keys = keys
        self.services = services
        self.signs = glyphs(is_ascii=settings.ascii)
        self.header = SpanLines(id="header")
        self.key_lines = SpanLines(id="keys")
        self.prompt = Prompt(id="prompt")
        self._flash: Timer | None = None

    class CommandEntered(Message):
        """Somebody typed a command and pressed Enter."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    # What a subclass says.

    def compose_middle(self) -> Iterable[Widget]:
        """What stands between header and keys."""
        raise NotImplementedError

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Where this is beneath the fleet, fit for the screen."""
        return ()

    @property
    def place(self) -> str:
        """The name in `actions.action.SCREENS` of what is on show; a tab has its own."""
        return self.PLACE

    def targets(self, action: Action) -> tuple[MachineRecord, ...]:
        """The machines an action is for, as they are shown."""
        return ()

    def action_app_back(self) -> None:
        """Esc: up, unless the screen has something nearer to leave."""
        self.go_up()

    def go_up(self) -> None:
        """Leave this screen for the one beneath; the first one stays."""
        if len(self.app.screen_stack) > 1:
            self.dismiss()

    def summary_pieces(self) -> tuple[Piece, ...]:
        """What the header says at its right end, after the line to the service."""
        return ()

    # Composition.

    def compose(self) -> ComposeResult:
        """Header, middle, keys; the prompt comes when it is first opened."""
        yield self.header
        yield from self.compose_middle()
        yield self.key_lines

    def on_mount(self) -> None:
        """Show what can be shown, and look at the clock once a second while on top."""
        self.refresh_header()
        self.refresh_keys()
        self.set_interval(1.0, self._each_second)

    def on_unmount(self) -> None:
        """Listen no longer: the store's signal would hold this screen until the next change."""
        if self.services is not None:
            self.services.changed.unsubscribe(self)

    def _each_second(self) -> None:
        if self.is_current:
            self.tick()

    def tick(self) -> None:
        """A second went by while this screen is on top."""
        self.refresh_header()

    def on_screen_resume(self) -> None:
        """Back on top: time went by, and permissions may be others."""
        self.refresh_header()
        self.refresh_keys()

    def on_resize(self) -> None:
        """Other widths fit other keys."""
        self.call_after_refresh(self.refresh_keys)

    @property
    def now(self) -> datetime:
        """The store's time, so that tests own it; the computer's until there is a store."""
        if self.services is not None:
            return self.services.store.clock.now()
        from datetime import UTC, datetime

        return datetime.now(UTC)

    # Header and keys.

    def refresh_header(self) -> None:
        """Say where this is and how the line is."""
        services = self.services
        place = services.place if services else self.settings.profile or "dedalus"
        role = "brand/brand" if self.settings.header_colour else Role.STRONG
        left = [Piece(f" {place} ", role)]
        for crumb in () if self.app.has_class("-no-crumbs") else self.crumbs:
            left += [Piece(">" if self.settings.ascii else CRUMB, Role.MUTED)]
            left += [Piece(f" {crumb} ", Role.STRONG)]
        if services is not None and services.is_local:
            where = "on this computer, " if self.app.size.width >= _ROOMY else ""
            left.append(Piece(f"  {where}no isolation", Role.MUTED))
        if self.settings.read_only:
            left.append(Piece("  read-only", Role.WARN))
        text, role = self.connection_span()
        right = [*self.summary_pieces(), Piece(f"  {text} ", role, "app.action_log")]
        self.header.show(SpanRow(tuple(left), tuple(right)))

    def connection_span(self) -> Span:
        """How the line to the service is."""
        state = self.services.store.health.state if self.services else None
        return connection_span(state, self.now, self.signs)

    def banner_words(self) -> Line:
        """What is wrong with the line to the service; empty when nothing is."""
        state = self.services.store.health.state if self.services else None
        again_key = key_of("app.refresh_all", self)
        return banner(state, self.now, width=self.app.size.width - 1, again_key=again_key)

    def pending_words(self) -> Line:
        """What will start or go on by itself, and the key that stops it; empty for nothing."""
        if self.services is None:
            return ()
        runner = self.services.runner
        undo_key = key_of("machine.undo", self)
        return pending_line(runner.pending, runner.under_way, self.now, undo_key=undo_key)

    def refresh_keys(self) -> None:
        """Show the keys of this screen: those for the selection, then those for all."""
        if self._flash is not None or not self.is_mounted:
            return
        own = [action for action in self._actions() if self._footer_of(action)]
        first = [action for action in own if action.scope is Scope.MACHINE]
        rest = [action for action in own if action.scope is not Scope.MACHINE]
        if self.app.size.height < 20:
            self.key_lines.show(SpanRow(self._key_pieces([*first, *rest])))
            return
        rows = [SpanRow(self._key_pieces(actions)) for actions in (first, rest) if actions]
        self.key_lines.show(*rows)

    def _footer_of(self, action: Action) -> str:
        """The word beside the key; nothing for what does nothing here."""
        is_own = action.is_carried_by_screen and action.scope not in {Scope.APP, Scope.MACHINE}
        if is_own and self._method_for(action.id) is None:
            return ""
        return action.footer_at(self.PLACE)

    def _actions(self) -> tuple[Action, ...]:
        scopes = SCREENS[self.PLACE] - self.OWN_SCOPES
        return for_scope(*scopes, is_read_only=self.settings.read_only)

    def _key_pieces(self, actions: Sequence[Action]) -> tuple[Piece, ...]:
        shown: list[tuple[Action, str, str, int]] = []
        for action in actions:
            key = shown_key(action, self.keys, is_ascii=self.settings.ascii)
            word = self._footer_of(action)
            if key and word:
                shown.append((action, key, word, len(key) + len(word) + 4))
        pieces: list[Piece] = []
        room = self.app.size.width - 1
        room -= sum(cells for action, _, _, cells in shown if action.id in _ALWAYS)
        for action, key, word, cells in shown:
            if action.id not in _ALWAYS:
                if cells > room:
                    continue
                room -= cells
            is_possible = self.is_possible(action)
            pieces += [
                Piece(f" {key} ", Role.KEY if is_possible else Role.MUTED, action.id),
                Piece(f"{word} ", Role.TEXT if is_possible else Role.MUTED, action.id),
                Piece(" "),
            ]
        return tuple(pieces)

    def is_possible(self, action: Action) -> bool:
        """True when the action can be done now to what is selected."""
        if self.services is None:
            return not action.needs_line
        runner = self.services.runner
        why_not = runner.why_not
        if action.id == "machine.undo":
            return runner.can_stop or runner.next_undo is not None
        if not action.needs_target:
            return why_not(action) is None
        return any(why_not(action, target) is None for target in self.targets(action))

    def flash(self, text: str, role: str = Role.WARN) -> None:
        """Say something in passing where the keys are shown."""
        if self._flash is not None:
            self._flash.stop()
        blank = [SpanRow()] * max(0, self.key_lines.row_count - 1)
        self.key_lines.show(SpanRow((Piece(f" {text}", role),)), *blank)
        self._flash = self.set_timer(FLASH_SECONDS, self._end_flash)

    def _end_flash(self) -> None:
        self._flash = None
        self.refresh_keys()

    def on_span_lines_pressed(self, event: SpanLines.Pressed) -> None:
        """A click on a key is that key."""
        event.stop()
        self.run_worker(self.action_perform(event.target), name=event.target)

    # Command line.

    async def action_app_command_line(self) -> None:
        """Type a command."""
        await self.open_command_line()

    async def open_command_line(self, text: str = "") -> None:
        """Type a command that begins so."""
        await self.open_prompt(":", text)

    async def open_prompt(self, sign: str, text: str = "") -> None:
        """Type in the line above the keys."""
        if not self.prompt.is_attached:
            await self.mount(self.prompt, before=self.key_lines)
        await self.prompt.open(sign, text)

    @on(Prompt.Accepted, "#prompt")
    def prompt_accepted(self, event: Prompt.Accepted) -> None:
        """Hand a command to the app."""
        if self.prompt.sign == ":" and event.text.strip():
            self.post_message(self.CommandEntered(event.text))

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In read-only mode only what changes nothing can be reached at all."""
        if action == "perform" and self.settings.read_only and parameters:
            return by_id(str(parameters[0])).danger is Danger.HARMLESS
        return super().check_action(action, parameters)

    def _method_for(self, action_id: str) -> Callable[..., object] | None:
        """What carries the action out here; None when it does nothing here."""
        name = f"action_{action_id.replace('.', '_')}"
        return getattr(self, name, None) or getattr(self.app, name, None)

    async def action_perform(self, action_id: str, key: str = "") -> None:
        """Carry out an action: here, or by the one path to the runner."""
        action = by_id(action_id)
        if not action.is_carried_by_screen or action_id == "machine.undo":
            if self.services is None:
                self.flash(f"{action.label}: not connected yet")
            else:
                self.services.perform(action_id, self.targets(action))
            return
        method = self._method_for(action_id)
        if method is None:
            self.flash(f"{action.label} does nothing here")
            return
        result = method(key) if action.takes_key else method()
        if isawaitable(result):
            await result
