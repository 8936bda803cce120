"""What programs write, for measuring: logs, colours, full-screen programs, Unicode."""

from __future__ import annotations

import random
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = [
    "lorem",
    "ipsum",
    "dolor",
    "sit",
    "amet",
    "elit",
    "sed",
    "do",
    "eiusmod",
    "tempor",
    "ut",
    "et",
]


def _filled(size: int, piece: Callable[[int], str]) -> bytes:
    parts: list[str] = []
    length = 0
    for number in count():
        part = piece(number)
        parts.append(part)
        length += len(part)
        if length >= size:
            return "".join(parts).encode()
    raise AssertionError


def payloads(size: int) -> dict[str, bytes]:
    """Payloads of about `size` characters each, the same in every run."""
    chance = random.Random(1)
    words = [chance.choice(WORDS) for _ in range(1000)]
    ideographs = [chr(chance.randint(0x4E00, 0x9FFF)) for _ in range(4000)]

    def log(number: int) -> str:
        text = " ".join(words[number * 7 % 900 : number * 7 % 900 + 14])
        return (
            f"2024-11-07T12:00:{number % 60:02} INFO [worker-{number % 9}] {text}\r\n"[:110]
            + "\r\n"
        )

    def listing(number: int) -> str:
        colours = ("01;34", "01;32", "00;36", "31", f"38;5;{number % 256}")
        cells = (f"\x1b[{colours[i % 5]}m{words[(number + i) % 1000]}\x1b[0m " for i in range(7))
        return "".join(cells) + "\r\n"

    def dense(number: int) -> str:
        cells = (f"\x1b[38;5;{i % 200};48;5;{(i + number) % 200};1;3mA" for i in range(1920))
        return "\x1b[H" + "".join(cells)

    def editor(number: int) -> str:
        line = 2 + number % 20
        return (
            f"\x1b[?25l\x1b[2;23r\x1b[23;1H\r\n\x1b[1;24r\x1b[23;1H\x1b[33m{number:4} \x1b[m"
            f"\x1b[38;5;121mdef\x1b[m {words[number % 1000]}(\x1b[31m'{words[number % 77]}'\x1b[m):"
            f"\x1b[K"
            f"\x1b[24;60H{line},1\x1b[8C{number % 99}%\x1b[{line};5H\x1b[?25h"
        )

    return {
        "log lines": _filled(size, log),
        "tiny lines": _filled(size // 4, lambda _: "y\r\n"),
        "truecolour characters": _filled(
            size, lambda n: f"\x1b[38;2;{n % 255};{n * 7 % 255};{n * 3 % 255}m{WORDS[n % 12][0]}"
        ),
        "dense cells": _filled(size, dense),
        "coloured listing": _filled(size, listing),
        "editor scrolling": _filled(size, editor),
        "ideographs": _filled(
            size // 2, lambda n: "".join(ideographs[n * 38 % 3900 :][:38]) + "\r\n"
        ),
        "symbols": _filled(size // 2, lambda n: chr(0x2190 + n % 0xA00)),
        "cursor motion": _filled(
            size // 2, lambda n: f"\x1b[{n * 7 % 24 + 1};{n * 13 % 80 + 1}H{chr(65 + n % 26)}"
        ),
    }
