"""Hypothesis strategies for what programs write: mostly valid sequences, some broken ones."""

from __future__ import annotations

from hypothesis import strategies as st

from dedalus_tui.emulator.dispatch import CSI, ESCAPE, VT420_CSI

_NUMBERS = st.one_of(
    st.integers(0, 12),
    st.sampled_from([25, 45, 47, 69, 1047, 1048, 1049, 1045, 2026, 65535, 999999999999]),
).map(str)
_PARAMETERS = st.lists(st.one_of(_NUMBERS, st.just("")), max_size=6).map(";".join)
_FINALS = sorted(
    {*CSI, *VT420_CSI, "h", "l", "?h", "?l", "$p", "?$p", "?J", "?K", "?n", "!p", "T", "?u"}
)


def _control_sequence(final: str, parameters: str, eight_bit: bool) -> str:
    marker = final[0] if final[0] in "<=>?" and len(final) > 1 else ""
    introducer = "\x9b" if eight_bit else "\x1b["
    return introducer + marker + parameters + final[len(marker) :]


CONTROL_SEQUENCES = st.builds(
    _control_sequence,
    st.sampled_from(_FINALS),
    _PARAMETERS,
    st.sampled_from([False] * 9 + [True]),
)

_COLOURS = st.one_of(
    st.integers(0, 300).map(lambda n: f"38;5;{n}"),
    st.integers(0, 300).map(lambda n: f"48:5:{n}"),
    st.tuples(st.integers(0, 255), st.integers(0, 255)).map(lambda t: f"38;2;{t[0]};{t[1]};7"),
    st.tuples(st.integers(0, 255), st.integers(0, 255)).map(lambda t: f"58:2::{t[0]}:{t[1]}:7"),
    st.integers(0, 6).map(lambda n: f"4:{n}"),
    st.integers(0, 110).map(str),
)
RENDITIONS = st.lists(_COLOURS, max_size=4).map(lambda fields: f"\x1b[{';'.join(fields)}m")

MODES = st.builds(
    lambda number, final: f"\x1b[?{number}{final}",
    st.sampled_from([1, 3, 5, 6, 7, 25, 40, 45, 47, 69, 1045, 1047, 1048, 1049, 1000, 1006, 2004]),
    st.sampled_from("hl"),
)

ESCAPES = st.one_of(
    st.sampled_from(sorted(ESCAPE)).map(lambda body: "\x1b" + body),
    st.sampled_from(["(0", "(B", ")0", "*A", "+<", "-A", "%G", "%@", "(Q", "/A"]).map(
        lambda b: "\x1b" + b
    ),
)

_STRING_BODY = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FF), max_size=20)
STRINGS = st.builds(
    lambda introducer, number, body, end: introducer + number + body + end,
    st.sampled_from(["\x1b]", "\x1b]", "\x9d", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x90"]),
    st.sampled_from(
        [
            "0;",
            "2;",
            "4;1;",
            "8;;",
            "8;id=a;",
            "52;c;",
            "133;A",
            "133;D;",
            "9;",
            "$qm",
            "+q",
            "1$t",
            "2$t",
            "",
        ]
    ),
    _STRING_BODY,
    st.sampled_from(["\x07", "\x1b\\", "\x9c", "\x1b", "\x18", ""]),
)

_CLUSTERS = st.sampled_from(
    [
        "e\u0301",
        "漢",
        "字",
        "👍🏽",
        "👩\u200d🚀",
        "🇩🇪",
        "🇩",
        "❤\ufe0f",
        "☎",
        "\u200d",
        "\ufe0f",
        "ｶﾞ",
        "한",
        "क्ष",
        "\u200b",
    ]
)
TEXT = st.one_of(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=30),
    _CLUSTERS,
    st.text(max_size=5).filter(lambda text: text.isprintable()),
)
CONTROLS = st.sampled_from(
    [*"\r\n\t\b\x07\x0e\x0f\x0b\x0c\x18\x1a\x00\x7f\x84\x85\x88\x8d\x8e\x8f", "\r\n", "\r\n"]
)
BROKEN = st.sampled_from(
    [
        *("\x1b[" + "1;" * 140 + "H", "\x1b[" + "9" * 300 + "C", "\x1b" + "(" * 300 + "0"),
        *("\x1b[" + "0" * 255 + "2C", "\x1b[" + "0" * 256 + "2C", "\x1b" + "(" * 256 + "0"),
        *(
            "\x1b",
            "\x1b[",
            "\x1b[3",
            "\x1b[3;\n4H",
            "\x1b[1$1m",
            "\x1b[3<m",
            "\x1b[ä",
            "\x1b\x1b[2J",
        ),
        *(
            "\x1b[12\x18",
            "\x1b(\n0",
            "\x1b %G",
            "\x1b\n%G",
            "\x1b%\n@",
            "\x1b]0;a\x1b[1m",
            "\x1bP\x1bc",
        ),
    ]
)

_ASCII = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
_STYLED = st.lists(
    st.one_of(RENDITIONS, st.sampled_from(["\x1b[m", "\x1b[7m", "\x1b[44m", " ", "word", "a b"])),
    max_size=6,
).map("".join)
LINES = st.builds(
    lambda lines, end: "".join(f"{line}\r\n" for line in lines) + end,
    st.lists(
        st.one_of(
            st.sampled_from(["", "y", "y", "ab"]), st.text(_ASCII, max_size=45), _STYLED, _STYLED
        ),
        max_size=24,
    ),
    st.sampled_from(["", "", "\x1b[b", "\r", "\n"]),
)
"""Runs of whole lines, often as many as there are rows, at times in colours, or with something
at their end."""

PIECES = st.one_of(
    TEXT, TEXT, LINES, CONTROLS, CONTROL_SEQUENCES, RENDITIONS, MODES, ESCAPES, STRINGS, BROKEN
)

PROGRAMS = st.lists(
    st.one_of(PIECES.map(lambda piece: piece.encode()), st.binary(max_size=6)), max_size=25
).map(b"".join)
"""Bytes that a program, good or bad, may write."""
