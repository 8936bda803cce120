"""The VT500 parser as a state machine, one character at a time.

The fast path of ``TermStream`` handles whole sequences; whatever is cut, malformed or unusual comes
here. Alone it understands everything, and gives the same screen. After Paul Williams' description
of the DEC parser.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_STRING = 1 << 20
"""Characters a control string may hold; a longer one is dropped up to its end."""
MAX_SEQUENCE = 256
"""Characters a sequence may hold before its last; a longer one is ignored up to its end."""

_PRINTABLE = re.compile("[\x20-\x7e\xa0-\U0010ffff]+")
_STRING_TEXT = re.compile("[^\x00-\x1f\x7f-\x9f]+")


class State(Enum):
    """Where in a sequence the parser stands."""

    GROUND = 0
    ESCAPE = 1
    CSI = 2
    CSI_IGNORE = 3
    OSC = 4
    DCS = 5
    IGNORED_STRING = 6


class Sink(Protocol):
    """What is done with complete things."""

    def on_text(self, data: str) -> None:
        """Printable characters."""

    def on_control(self, character: str) -> None:
        """A C0 or C1 control character."""

    def on_escape(self, body: str) -> None:
        """What followed ESC."""

    def on_csi(self, body: str) -> None:
        """What followed CSI."""

    def on_osc(self, payload: str) -> None:
        """What stood between OSC and its end."""

    def on_dcs(self, payload: str) -> None:
        """What stood between DCS and ST."""


class StateMachine:
    """Feed it with ``run``; it hands complete things to its sink."""

    def __init__(self, sink: Sink) -> None:
        self.state = State.GROUND
        self._sink = sink
        self._body: list[str] = []
        self._length = 0
        self._steps: dict[State, Callable[[str], None]] = {
            State.GROUND: self._on_ground,
            State.ESCAPE: self._on_escape,
            State.CSI: self._on_csi,
            State.CSI_IGNORE: self._on_csi_ignore,
        }
        # ESC within a string may be the first half of ST.
        self._string_is_ending = False

    def reset(self) -> None:
        """Back to the ground state; what was collected is dropped."""
        self.state = State.GROUND
        self._body = []
        self._length = 0
        self._string_is_ending = False

    def run(self, data: str, start: int = 0, *, until_ground: bool = False) -> int:
        """Take characters from `start` on; returns where it stopped.

        With `until_ground` it stops as soon as a sequence is over.
        """
        position = start
        length = len(data)
        while position < length:
            if until_ground and self.state is State.GROUND and position > start:
                return position
            if self.state is State.GROUND:
                match = _PRINTABLE.match(data, position)
                if match:
                    self._sink.on_text(match.group())
                    position = match.end()
                    continue
            elif self.state in (State.OSC, State.DCS, State.IGNORED_STRING):
                position = self._run_string(data, position)
                continue
            self._step(data[position])
            position += 1
        return position

    def _step(self, character: str) -> None:
        if character == "\x1b":
            self._enter(State.ESCAPE)
        elif "\x80" <= character <= "\x9f":
            self._on_c1(character)
        elif character in "\x18\x1a":
            self._enter(State.GROUND)
        elif character < " ":
            self._sink.on_control(character)
        elif character != "\x7f":
            self._steps[self.state](character)

    def _enter(self, state: State, body: str = "") -> None:
        self.state = state
        self._body = [body] if body else []
        self._length = len(body)

    def _take(self) -> str:
        body = "".join(self._body)
        self._enter(State.GROUND)
        return body

    def _keep_short(self, character: str) -> None:
        """Collect a character of a sequence; past the limit they are only counted."""
        if self._length < MAX_SEQUENCE:
            self._body.append(character)
        self._length += 1

    def _keep(self, text: str) -> None:
        self._body.append(text)
        self._length += len(text)

    def _on_c1(self, character: str) -> None:
        self._string_is_ending = False
        match character:
            case "\x9b":
                self._enter(State.CSI)
            case "\x9d":
                self._enter(State.OSC)
            case "\x90":
                self._enter(State.DCS)
            case "\x98" | "\x9e" | "\x9f":
                self._enter(State.IGNORED_STRING)
            case _:
                self._enter(State.GROUND)
                self._sink.on_control(character)

    def _on_ground(self, character: str) -> None:
        self._sink.on_text(character)

    def _on_escape(self, character: str) -> None:
        if character <= "/":
            self._keep_short(character)
        elif self._body or character not in "[]PX^_":
            if character > "~":
                self._abandon(character)
            elif self._length > MAX_SEQUENCE:
                self._enter(State.GROUND)
            else:
                self._sink.on_escape(self._take() + character)
        elif character == "[":
            self._enter(State.CSI)
        elif character == "]":
            self._enter(State.OSC)
        elif character == "P":
            self._enter(State.DCS)
        else:
            self._enter(State.IGNORED_STRING)

    def _abandon(self, character: str) -> None:
        """A character that cannot be in a sequence ends it and is shown."""
        self._enter(State.GROUND)
        self._sink.on_text(character)

    def _on_csi(self, character: str) -> None:
        if character > "~":
            self._abandon(character)
        elif character >= "@":
            if self._length > MAX_SEQUENCE:
                self._enter(State.GROUND)
            else:
                self._sink.on_csi(self._take() + character)
        else:
            has_intermediate = bool(self._body) and self._body[-1] <= "/"
            is_late_marker = "<" <= character <= "?" and bool(self._body)
            self._keep_short(character)
            if is_late_marker or (has_intermediate and character > "/"):
                self._enter(State.CSI_IGNORE)

    def _on_csi_ignore(self, character: str) -> None:
        if character > "~":
            self._abandon(character)
        elif character >= "@":
            self._enter(State.GROUND)

    # strings

    def _run_string(self, data: str, position: int) -> int:
        """Collect a control string from `position` on; returns where that stopped."""
        character = data[position]
        if self._string_is_ending:
            self._string_is_ending = False
            if character == "\\":
                self._finish_string()
                return position + 1
            # Any other escape sequence cancels the string and is itself in force.
            self._enter(State.ESCAPE)
            return position
        match = _STRING_TEXT.match(data, position)
        if match:
            if self.state is not State.IGNORED_STRING and self._length <= MAX_STRING:
                self._keep(match.group())
            return match.end()
        if character == "\x1b":
            self._string_is_ending = True
        elif character == "\x9c" or (character == "\x07" and self.state is State.OSC):
            self._finish_string()
        elif "\x80" <= character <= "\x9f":
            self._on_c1(character)
        elif character in "\x18\x1a":
            self._enter(State.GROUND)
        return position + 1

    def _finish_string(self) -> None:
        state = self.state
        is_too_long = self._length > MAX_STRING
        payload = self._take()
        if is_too_long:
            return
        if state is State.OSC:
            self._sink.on_osc(payload)
        elif state is State.DCS:
            self._sink.on_dcs(payload)
