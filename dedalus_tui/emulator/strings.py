"""Control strings: OSC (titles, colours, links, clipboard, marks, notifications) and DCS."""

from __future__ import annotations

import base64
import binascii
from functools import partial
from typing import TYPE_CHECKING

from dedalus_tui.emulator.events import (
    ClipboardWritten,
    DirectoryChanged,
    IconNameChanged,
    NotificationPosted,
    PaletteChanged,
    ProgressChanged,
    PromptMarked,
    TitleChanged,
)
from dedalus_tui.emulator.marks import Mark, MarkKind
from dedalus_tui.emulator.palette import COLOURS, describe_colour, parse_colour
from dedalus_tui.emulator.presentation import Presentation
from dedalus_tui.emulator.reports import SET_HEX

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_TITLE = 1024
MAX_CLIPBOARD = 1 << 20
MAX_URI = 4096
MAX_MARKS_A_ROW = 8

_CAPABILITIES = {"TN": "xterm-256color", "Co": "256", "colors": "256", "RGB": "8/8/8"}


def _index(text: str) -> int | None:
    """A colour's number; ``None`` when it is none."""
    return int(text) if len(text) < 4 and text.isascii() and text.isdecimal() else None


class Strings(Presentation):
    """What follows OSC and DCS, once it is complete."""

    def __init__(self, columns: int, lines: int, scrollback_lines: int = 0) -> None:
        super().__init__(columns, lines, scrollback_lines)
        self._osc: dict[str, Callable[[str], None]] = {
            "0": self._set_both_titles,
            "1": self.set_icon_name,
            "2": self.set_title,
            "4": self._indexed_colours,
            "5": lambda text: self._indexed_colours(text, 256),
            "7": self._set_directory,
            "8": self._set_link,
            "9": self._notify_or_progress,
            "52": self._write_clipboard,
            "104": self._reset_indexed_colours,
            "105": lambda text: self._reset_indexed_colours(text, 256),
            "133": self._mark_prompt,
            "777": self._notify,
        }
        for number in range(10, 20):
            self._osc[str(number)] = partial(self._special_colours, number)
            self._osc[str(100 + number)] = partial(self._reset_special_colour, number)

    def operating_system_command(self, payload: str) -> None:
        """OSC: a number, a semicolon and the rest; unknown numbers are ignored."""
        if payload[:1] in ("l", "L", "I") and payload[1:2] != ";":
            # Sun's forms of title and icon name.
            (self.set_title if payload[0] == "l" else self.set_icon_name)(payload[1:])
            return
        number, _, rest = payload.partition(";")
        command = self._osc.get(number.lstrip("0") or ("0" if number else ""))
        if command is not None:
            command(rest)

    # titles and places

    def _set_both_titles(self, text: str) -> None:
        self.set_icon_name(text)
        self.set_title(text)

    def set_title(self, param: str) -> None:
        """OSC 2."""
        param = self._title_text(param)
        if param != self.title:
            self.title = param
            self.emit(TitleChanged(param))

    def set_icon_name(self, param: str) -> None:
        """OSC 1."""
        param = self._title_text(param)
        if param != self.icon_name:
            self.icon_name = param
            self.emit(IconNameChanged(param))

    def _title_text(self, text: str) -> str:
        if SET_HEX in self.title_modes:
            try:
                text = bytes.fromhex(text).decode("utf-8", "replace")
            except ValueError:
                text = ""
            text = "".join(filter(str.isprintable, text))
        return text[:MAX_TITLE]

    def _set_directory(self, uri: str) -> None:
        self.emit(DirectoryChanged(uri[:MAX_URI]))

    def _set_link(self, text: str) -> None:
        parameters, separator, uri = text.partition(";")
        if not separator or len(uri) > MAX_URI:
            return
        fields = dict(field.partition("=")[::2] for field in parameters.split(":"))
        self.open_link(uri, fields.get("id", "")[:256])

    # messages

    def _notify_or_progress(self, text: str) -> None:
        fields = text.split(";")
        if fields[0] == "4" and len(fields) > 1:
            state = int(fields[1]) if fields[1] in ("0", "1", "2", "3", "4") else 0
            amount = fields[2] if len(fields) > 2 and fields[2].isascii() else ""
            percent = min(int(amount[:9]), 100) if amount.isdigit() else 0
            self.emit(ProgressChanged(state, percent))
        elif text and not (len(fields) > 1 and fields[0].isdecimal()):
            # Other numbers are another family's commands, not messages.
            self.emit(NotificationPosted("", text[:MAX_TITLE]))

    def _notify(self, text: str) -> None:
        kind, _, rest = text.partition(";")
        if kind == "notify":
            title, _, body = rest.partition(";")
            self.emit(NotificationPosted(title[:MAX_TITLE], body[:MAX_TITLE]))

    def _write_clipboard(self, text: str) -> None:
        selection, _, data = text.partition(";")
        if data == "?" or len(data) > MAX_CLIPBOARD * 4 // 3 + 4:
            return
        try:
            written = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            return
        self.emit(ClipboardWritten(selection[:8] or "c", written.decode("utf-8", "replace")))

    def _mark_prompt(self, text: str) -> None:
        letter, _, rest = text.partition(";")
        if letter not in ("A", "B", "C", "D"):
            return
        kind = MarkKind(letter)
        status = None
        first = rest.split(";")[0]
        if kind is MarkKind.COMMAND_END and first.lstrip("-").isdecimal() and first.isascii():
            status = int(first[:9])
        row = self.rows[self.y]
        mark = Mark(kind, self.x, status)
        # A shell that draws its prompt again leaves the same marks again.
        if mark not in row.marks and len(row.marks) < MAX_MARKS_A_ROW:
            row.marks = (*row.marks, mark)
        self.emit(PromptMarked(kind, status))

    # colours

    def _indexed_colours(self, text: str, base: int = 0) -> None:
        """OSC 4, and with `base` 256 OSC 5: colours of bold, underlined, blinking, ... text."""
        fields = text.split(";")
        for name, specification in zip(fields[::2], fields[1::2], strict=False):
            index = _index(name)
            if index is None or index + base >= COLOURS:
                continue
            index += base
            if specification == "?":
                if self.palette.knows_indexed(index):
                    colour = describe_colour(self.palette.indexed(index))
                    self.reply(f"\x1b]{'5' if base else '4'};{index - base};{colour}\x1b\\")
            elif (parsed := parse_colour(specification)) is not None:
                self.palette.changed[index] = parsed
                self.emit(PaletteChanged())

    def _reset_indexed_colours(self, text: str, base: int = 0) -> None:
        changed = self.palette.changed
        if text:
            for name in text.split(";"):
                index = _index(name)
                if index is not None:
                    changed.pop(index + base, None)
        else:
            for index in [index for index in changed if (index >= 256) == bool(base)]:
                del changed[index]
        self.emit(PaletteChanged())

    def _special_colours(self, number: int, text: str) -> None:
        # Further specifications belong to the following numbers.
        for which, specification in enumerate(text.split(";")[: 20 - number], number):
            if specification == "?":
                if self.palette.knows_special(which):
                    colour = describe_colour(self.palette.special(which))
                    self.reply(f"\x1b]{which};{colour}\x1b\\")
            elif (parsed := parse_colour(specification)) is not None:
                self.palette.changed_special[which] = parsed
                self.emit(PaletteChanged())

    def _reset_special_colour(self, number: int, _text: str = "") -> None:
        self.palette.changed_special.pop(number, None)
        self.emit(PaletteChanged())

    # device control strings

    def device_control_string(self, header: str, body: str) -> None:
        """DCS: `header` holds parameters, intermediates and final character."""
        if header == "$q":
            self.report_setting(body)
        elif header in ("1$t", "2$t"):
            self.restore_presentation(int(header[0]), body)
        elif header == "+q":
            self._report_capabilities(body)

    def _report_capabilities(self, body: str) -> None:
        """XTGETTCAP: names in hexadecimal; only a few are told."""
        for encoded in body.split(";")[:16]:
            try:
                name = bytes.fromhex(encoded).decode("ascii")
            except ValueError:
                continue
            value = _CAPABILITIES.get(name)
            if value is None:
                # xterm would repeat the name; we echo nothing that output made up.
                self.reply("\x1bP0+r\x1b\\")
            else:
                self.reply(f"\x1bP1+r{encoded}={value.encode().hex().upper()}\x1b\\")
