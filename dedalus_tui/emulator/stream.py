"""Bytes to control functions: a fast path for whole sequences in front of the state machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import pyte

from dedalus_tui.emulator.attributes import Rendition
from dedalus_tui.emulator.dispatch import (
    Action,
    compile_control,
    compile_csi,
    compile_escape,
)
from dedalus_tui.emulator.plain_lines import LEAST_LINES
from dedalus_tui.emulator.scrollback import PackedRow, pack_runs
from dedalus_tui.emulator.state_machine import MAX_SEQUENCE, MAX_STRING, State, StateMachine

if TYPE_CHECKING:
    from pyte.screens import Screen

    from dedalus_tui.emulator.screen import TermScreen

_CACHE_LIMIT = 4096
_LONGEST_CACHED = 40

_WHOLE = (
    "\r\n"
    # complete control sequences
    r"|\x1b\[[0-?]*[ -/]*[@-~]"
    # single controls, C1 ones that introduce nothing included
    "|[\x00-\x1a\x1c-\x1f\x7f\x80-\x8f\x91-\x97\x99\x9a\x9c]"
    # complete escape sequences
    r"|\x1b[ -/]+[0-~]|\x1b[0-OQ-WYZ\\`-~]"
    # complete operating system commands
    "|\x1b\\][^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\\\)"
)
_WHOLE_TOKEN = re.compile(_WHOLE)
_TOKENS = re.compile(
    # Anything else that is no text is for the state machine, with all that follows.
    f"({_WHOLE}|(?s:[\x1b\x90\x98\x9b\x9d-\x9f].*))"
)

_SGR = "\x1b\\[[0-9;]{0,32}m"
_LINES = rf"((?:[ -~]*+(?:{_SGR}[ -~]*+)*+\r\n){{{LEAST_LINES},}}+)"
_FIRST_LINES = re.compile(_LINES)
_LATER_LINES = re.compile("\n" + _LINES)
"""Two expressions, because one that begins with a certain character is searched for quickly."""
_STYLES_AND_ENDS = re.compile(f"({_SGR}|\r\n)")

_DCS = re.compile("[0-?]*[ -/]*[@-~]")
"""The head of a device control string: parameters, intermediates, final character."""
_ENCODING_SWITCH = re.compile(rb"\x1b[\x00-\x17\x19\x1c-\x1f\x7f]*%")


class TermStream(pyte.ByteStream):
    """A ``pyte.ByteStream`` for a ``TermScreen``.

    With ``fast=False`` the state machine does all the work; the screen comes out the same.
    """

    events = pyte.ByteStream.events | {"draw_text", "rendition", "operating_system_command"}

    def __init__(
        self, screen: TermScreen | None = None, strict: bool = True, *, fast: bool = True
    ) -> None:
        self._is_fast = fast
        self._machine = StateMachine(self)
        self._actions: dict[str, Action] = {}
        self._screen: TermScreen | None = None
        super().__init__(screen, strict)

    def attach(self, screen: Screen) -> None:
        """Direct everything to `screen`, which must be a ``TermScreen``."""
        super().attach(screen)
        self._screen = cast("TermScreen", screen)
        self._actions = {}

    def detach(self, screen: Screen) -> None:
        """Stop directing things to `screen`."""
        super().detach(screen)
        if self.listener is None:
            self._screen = None

    def _initialize_parser(self) -> None:
        self._machine.reset()

    def reset(self) -> None:
        """Forget a sequence that is not complete and go back to UTF-8."""
        self._machine.reset()
        self.utf8_decoder.reset()
        self.use_utf8 = True

    def feed(self, data: bytes) -> None:  # type: ignore[override]
        """Take bytes from the program, cut anywhere."""
        if self._machine.state is State.ESCAPE or b"%" in data:
            self._feed_across_switches(data)
        else:
            self._feed_text(self._decode(data))

    def _decode(self, data: bytes) -> str:
        return self.utf8_decoder.decode(data) if self.use_utf8 else data.decode("latin-1")

    def _feed_across_switches(self, data: bytes) -> None:
        """Decode in pieces: ``ESC % @`` and ``ESC % G`` change what bytes mean after them."""
        position = 0
        length = len(data)
        while position < length:
            if self._machine.state is State.ESCAPE:
                end = position + 1
            else:
                match = _ENCODING_SWITCH.search(data, position)
                end = match.end() if match else length
            self._feed_text(self._decode(data[position:end]))
            position = end

    def _feed_text(self, text: str) -> None:
        while text:
            if not self._is_fast:
                self._machine.run(text)
                return
            if self._machine.state is not State.GROUND:
                text = text[self._machine.run(text, until_ground=True) :]
            else:
                text = self._feed_ground(text)

    def _feed_ground(self, text: str) -> str:
        """Take what can be taken as whole lines out of the text, feed all in order.

        Returns what is left if that begins within a sequence.
        """
        position = 0
        if text.count("\r\n") >= LEAST_LINES:
            match = _FIRST_LINES.match(text) or _LATER_LINES.search(text)
            while match is not None:
                start, end = match.span(1)
                self._feed_piece(text[position:start])
                if self._machine.state is not State.GROUND:
                    return text[start:]
                self._feed_lines(match[1])
                position = end
                match = _LATER_LINES.search(text, position)
        self._feed_piece(text[position:])
        return ""

    def _feed_lines(self, lines: str) -> None:
        """Draw whole lines of text, with or without changes of style."""
        screen = self.screen
        if "\x1b" not in lines:
            screen.draw_lines(lines[:-2].split("\r\n"))
            return
        while lines and not screen.enters_blank_bottom():
            end = lines.index("\n") + 1
            self._feed_piece(lines[:end])
            lines = lines[end:]
        style = screen.style
        packed = self._packed(lines) if screen.has_room_for_styles(len(lines) // 3) else None
        if packed:
            screen.scroll_in(packed)
        else:
            # What wraps is left to the cells, and so is all that follows.
            screen.style = style
            self._feed_piece(lines)

    def _packed(self, lines: str) -> list[PackedRow] | None:
        """Lines as the history keeps them, the style after them set; None if one is too long."""
        screen, actions = self.screen, self._actions
        columns, blanks = screen.columns, screen.styles.blanks
        style = screen.style
        fill = blanks[style]
        packed: list[PackedRow] = []
        texts: list[str] = []
        runs: list[tuple[int, int]] = []
        parts = _STYLES_AND_ENDS.split(lines)
        for words, token in zip(parts[::2], parts[1::2], strict=False):
            if words:
                texts.append(words)
                if runs and runs[-1][1] == style:
                    runs[-1] = (runs[-1][0] + len(words), style)
                else:
                    runs.append((len(words), style))
            if token != "\r\n":
                action = actions.get(token)
                if not isinstance(action, Rendition):
                    action = screen.rendition(token[2:-1])
                    self._remember(token, action)
                style = action[style]
                continue
            text = texts[0] if len(texts) == 1 else "".join(texts)
            if len(text) > columns:
                return None
            packed.append(PackedRow(text, pack_runs(runs), None, fill, False, ()))
            fill = blanks[style]
            texts.clear()
            runs.clear()
        screen.style = style
        return packed

    def _feed_piece(self, text: str) -> None:
        while text:
            text = self._feed_fast(text)

    def _feed_fast(self, text: str) -> str:
        """Handle all up to something for the state machine; returns what is left after that."""
        screen = self.screen
        draw = screen.draw_ascii if text.isascii() else screen.draw_text
        actions = self._actions
        parts = _TOKENS.split(text)
        for words, token in zip(parts[::2], parts[1::2], strict=False):
            if words:
                draw(words)
            action = actions.get(token)
            if action is None:
                if not _WHOLE_TOKEN.fullmatch(token):
                    return token[self._machine.run(token, until_ground=True) :]
                self._first_time(token)
            elif isinstance(action, Rendition):
                screen.style = action[screen.style]
            else:
                action()
        words = parts[-1]
        if words:
            draw(words)
        return ""

    def _first_time(self, token: str) -> None:
        """Act on a whole token, and remember the action if the token may well come again."""
        if token[0] != "\x1b":
            self.on_control(token)
        elif token[1] != "]" and len(token) > MAX_SEQUENCE + 2:
            if token[1] == "[" and len(token) == MAX_SEQUENCE + 3:
                self.on_csi(token[2:])
        elif token[1] == "[":
            parameters = token[2:-1]
            if token[-1] == "m" and parameters.replace(";", "").isdecimal():
                self._act(token, self.screen.rendition(parameters))
            else:
                self.on_csi(token[2:])
        elif token[1] == "]":
            self.on_osc(token[2:-1] if token[-1] == "\x07" else token[2:-2])
        else:
            self.on_escape(token[1:])

    def _act(self, token: str, action: Action) -> None:
        self._remember(token, action)
        if isinstance(action, Rendition):
            self.screen.style = action[self.screen.style]
        else:
            action()

    def _remember(self, token: str, action: Action) -> None:
        if len(token) <= _LONGEST_CACHED:
            if len(self._actions) >= _CACHE_LIMIT:
                self._actions.clear()
            self._actions[token] = action

    @property
    def screen(self) -> TermScreen:
        """The screen everything is directed to."""
        if self._screen is None:
            raise RuntimeError("Listener is not set")
        return self._screen

    # what the state machine hands over

    def on_text(self, data: str) -> None:
        """Printable characters."""
        self.screen.draw_text(data)

    def on_control(self, character: str) -> None:
        """A control character, or the pair CR LF."""
        if character == "\r\n":
            self._act(character, self.screen.start_next_line)
        else:
            self._act(character, compile_control(self.screen, character))

    def on_escape(self, body: str) -> None:
        """An escape sequence."""
        if body in ("%@", "%G", "%8"):
            self.select_other_charset(body[1])
        else:
            self._act("\x1b" + body, compile_escape(self.screen, body))

    def on_csi(self, body: str) -> None:
        """A control sequence."""
        self._act("\x1b[" + body, compile_csi(self.screen, body))

    def on_osc(self, payload: str) -> None:
        """An operating system command."""
        if len(payload) <= MAX_STRING:
            self.screen.operating_system_command(payload)

    def on_dcs(self, payload: str) -> None:
        """A device control string."""
        match = _DCS.match(payload)
        if match:
            self.screen.device_control_string(match.group(), payload[match.end() :])
