"""Help: every action of a screen with its keys, from the registry; searchable, Enter runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from dedalus_tui.actions.registry import for_place
from dedalus_tui.ui.bindings import key_words, keys_at
from dedalus_tui.ui.compat import LeavesOnce
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import cell_width, clip, pad
from dedalus_tui.ui.widgets.line_list import LineList
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from textual import events
    from textual.app import ComposeResult

    from dedalus_tui.actions.action import Action
    from dedalus_tui.config.settings import Settings
    from dedalus_tui.ui.present.roles import Line

_FOR_ALL_SCREENS = "Application"
"""The heading that comes last: what is the same everywhere is looked for least."""
MOST_KEY_CELLS = 16
"""What keys may take of the line; more where there is more room."""
_HINT = (
    Piece(" up, down ", Role.KEY),
    Piece("choose   ", Role.MUTED),
    Piece("enter ", Role.KEY),
    Piece("runs it   ", Role.MUTED),
    Piece("esc ", Role.KEY),
    Piece("back", Role.MUTED),
)


class TypedCommand(NamedTuple):
    """What can be typed after `:`."""

    verb: str
    usage: str
    """The verb and the shape of what may stand after it."""
    help: str


class HelpScreen(LeavesOnce, ModalScreen[str | None]):
    """Yields the id of the action to run, `:` and a verb to type after, or None."""

    CSS_PATH = "help.tcss"
    AUTO_FOCUS = "#search"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
    ]

    def __init__(
        self,
        place: str,
        keys: Mapping[str, tuple[str, ...]],
        settings: Settings,
        *,
        also: Iterable[str] = (),
        carries_out: Callable[[Action], bool] = lambda _: True,
        commands: Iterable[TypedCommand] = (),
    ) -> None:
        """`place` is the screen's name in `actions.action.SCREENS`, `also` names places that stand
        in for it now and then; `keys` are those in effect. Only what the screen `carries_out` as
        it stands is told."""
        super().__init__()
        self._actions: tuple[Action, ...] = ()
        self._keys: dict[str, tuple[str, ...]] = {}
        for each in (place, *also):
            known = for_place(each, is_read_only=settings.read_only)
            self._actions += tuple(filter(carries_out, known))
            self._keys |= keys_at(each, keys)
        self._is_ascii = settings.ascii
        self._commands = tuple(commands)
        self._shown: list[Action | TypedCommand | None] = []
        self.lines = LineList(has_cursor=True, ground="panel", id="actions")
        self.hint = SpanLines(ground="panel", id="hint")

    def compose(self) -> ComposeResult:
        """Search above the list."""
        with Vertical(id="frame") as frame:
            frame.border_title = Content(" Help ")
            yield Input(placeholder="search: words of what you want to do", id="search")
            yield self.lines
            yield self.hint

    def on_mount(self) -> None:
        """Everything at first."""
        self._show("")

    def on_line_list_lit(self) -> None:
        """Say the whole sentence of the lit action, which its line may cut, and its id."""
        cursor = self.lines.cursor
        lit = self._shown[cursor] if cursor is not None else None
        action_id = "" if lit is None or isinstance(lit, TypedCommand) else f"{lit.id} "
        self.hint.show(
            SpanRow((Piece(f" {lit.help if lit else ''}"),)),
            SpanRow(_HINT, (Piece(action_id, Role.MUTED),)),
        )

    def on_resize(self) -> None:
        """Sentences are cut at the width there is."""
        self.call_after_refresh(self._show, self.query_one("#search", Input).value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits the words."""
        event.stop()
        self._show(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter runs the lit action."""
        event.stop()
        self._run()

    def on_click(self, event: events.Click) -> None:
        """A double click runs."""
        if event.widget is self.lines and event.chain == 2:
            self._run()

    def _run(self) -> None:
        cursor = self.lines.cursor
        chosen = self._shown[cursor] if cursor is not None else None
        if isinstance(chosen, TypedCommand):
            self.dismiss(f":{chosen.verb} ")
        elif chosen is not None and not chosen.takes_key:
            self.dismiss(chosen.id)

    def action_leave(self) -> None:
        """Run nothing."""
        self.dismiss(None)

    def action_move(self, lines: int) -> None:
        """Light another action, passing over headings."""
        step = 1 if lines > 0 else -1
        at = (self.lines.cursor or 0) + lines
        at = max(0, min(at, len(self._shown) - 1))
        while 0 <= at < len(self._shown) and self._shown[at] is None:
            at += step
        if 0 <= at < len(self._shown):
            self.lines.put_cursor(at)

    def _show(self, words: str) -> None:
        fitting = [action for action in self._actions if _fits(action, words.lower().split())]
        keys = [self._keys_shown(action) for action in fitting]
        width = self._line_width
        key_cells = min(max(MOST_KEY_CELLS, width // 4), _cells(keys)) + 2
        label_cells = _cells([action.label for action in fitting]) + 2
        room = max(0, width - key_cells - label_cells)
        lines: list[Line] = []
        self._shown = []
        groups = dict.fromkeys(action.group for action in fitting)
        for group in sorted(groups, key=_FOR_ALL_SCREENS.__eq__):
            if lines:
                lines.append(())
                self._shown.append(None)
            lines.append(((group, Role.ACCENT),))
            self._shown.append(None)
            for action in fitting:
                if action.group == group:
                    lines.append(
                        (
                            (
                                pad(clip(self._keys_shown(action), key_cells - 2), key_cells),
                                Role.KEY,
                            ),
                            (pad(action.label, label_cells), Role.TEXT),
                            (clip(action.help, room), Role.MUTED),
                        )
                    )
                    self._shown.append(action)
        self._add_commands(words, lines)
        if not lines:
            lines.append((("No action is called that.", Role.MUTED),))
            self._shown.append(None)
        self.lines.show(lines)
        self.lines.put_cursor(1 if len(lines) > 1 else 0)
        self.on_line_list_lit()

    def _add_commands(self, words: str, lines: list[Line]) -> None:
        """What can be typed after `:`, with the shape of its words."""
        fitting = [
            command
            for command in self._commands
            if all(word in f"{command.usage} {command.help}".lower() for word in words.split())
        ]
        if not fitting:
            return
        if lines:
            lines.append(())
            self._shown.append(None)
        lines.append((("Commands", Role.ACCENT),))
        self._shown.append(None)
        cells = min(self._line_width * 2 // 3, _cells([f":{each.usage}" for each in fitting]))
        room = max(0, self._line_width - cells - 2)
        for command in fitting:
            usage = pad(clip(f":{command.usage}", cells), cells + 2)
            lines.append(((usage, Role.KEY), (clip(command.help, room), Role.MUTED)))
            self._shown.append(command)

    @property
    def _line_width(self) -> int:
        """Cells of a line's words: without its margins and the scroll bar."""
        return max(0, self.lines.size.width - 3)

    def _keys_shown(self, action: Action) -> str:
        keys = self._keys.get(action.id, action.keys)
        if action.takes_key and keys:
            return f"{self._key_words(keys[0])}-{self._key_words(keys[-1])}"
        return "  ".join(map(self._key_words, keys)) or f":{action.id}"

    def _key_words(self, key: str) -> str:
        return key_words([key], is_ascii=self._is_ascii)


def _cells(texts: Sequence[str]) -> int:
    return max(map(cell_width, texts), default=0)


def _fits(action: Action, words: Sequence[str]) -> bool:
    haystack = f"{action.label} {action.help} {action.id} {action.group}".lower()
    return all(word in haystack for word in words)
