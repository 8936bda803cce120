"""What a program tells the world around its terminal, as values; see ``Emulator.take_events``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedalus_tui.emulator.marks import MarkKind

MAX_EVENTS = 256
"""Events kept until they are taken; further ones are dropped, so a flood of bells costs nothing."""


@dataclass(frozen=True, slots=True)
class BellRang:
    """The program rang the bell (several rings between two takings are one event)."""


@dataclass(frozen=True, slots=True)
class TitleChanged:
    """The window title is now this."""

    title: str


@dataclass(frozen=True, slots=True)
class IconNameChanged:
    """The icon name is now this."""

    name: str


@dataclass(frozen=True, slots=True)
class DirectoryChanged:
    """OSC 7: the shell's working directory, as the URI the program sent."""

    uri: str


@dataclass(frozen=True, slots=True)
class ClipboardWritten:
    """OSC 52: the program asks to put text into the clipboard `selection` ("c", "p", ...)."""

    selection: str
    text: str


@dataclass(frozen=True, slots=True)
class NotificationPosted:
    """OSC 9 or OSC 777: a message for the person."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class ProgressChanged:
    """OSC 9;4: 0 none, 1 running, 2 failed, 3 without measure, 4 paused; `percent` 0-100."""

    state: int
    percent: int


@dataclass(frozen=True, slots=True)
class PromptMarked:
    """OSC 133: a step of the shell's turn; the mark itself is kept with the line."""

    kind: MarkKind
    exit_status: int | None = None


@dataclass(frozen=True, slots=True)
class ModesChanged:
    """A mode that input or painting depends on changed; read ``Emulator.modes``."""


@dataclass(frozen=True, slots=True)
class PaletteChanged:
    """The program changed a colour; read ``Emulator.palette``."""


@dataclass(frozen=True, slots=True)
class ResizeRequested:
    """The program asks for another size, in cells; nothing happens unless the owner resizes."""

    columns: int
    rows: int


Event = (
    BellRang
    | TitleChanged
    | IconNameChanged
    | DirectoryChanged
    | ClipboardWritten
    | NotificationPosted
    | ProgressChanged
    | PromptMarked
    | ModesChanged
    | PaletteChanged
    | ResizeRequested
)
