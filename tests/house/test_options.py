"""The quick way to read a command line says what argparse says, or leaves it to argparse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.cli import build_parser
from dedalus_tui.config.options import _CHOICES, _SWITCHES, _VALUES, Options, usual_options

FLAGS = (*_VALUES, *_CHOICES, *_SWITCHES)
WORDS = st.sampled_from((*FLAGS, "quick", "empty", "http://127.0.0.1:1", "x", ""))
NAMES = tuple(name for name in vars(Options) if not name.startswith("_"))


def by_argparse(words: list[str]) -> Options:
    return build_parser(words).parse_args(words, Options())


def said(options: Options) -> dict[str, object]:
    return {name: getattr(options, name) for name in NAMES}


@given(st.lists(WORDS, max_size=6))
def test_it_says_what_argparse_says(words: list[str]) -> None:
    quick = usual_options(words)
    if quick is not None:
        assert said(quick) == said(by_argparse(words))


def test_nothing_said_is_quick() -> None:
    assert said(Options()) == said(by_argparse([]))
    assert usual_options([]) is not None


def test_it_knows_every_flag_that_argparse_knows() -> None:
    known = {flag for action in build_parser([])._actions for flag in action.option_strings}
    assert known - {"-h", "--help", "--version"} == set(FLAGS)


@pytest.mark.parametrize(
    "words",
    [
        "--help",
        "attach dm-1",
        "--theme",
        "--theme --ascii",
        "--theme=x",
        "--asc",
        "--local-pace slow",
        "surprise",
        "--local surprise",
    ],
)
def test_the_rest_is_left_to_argparse(words: str) -> None:
    assert usual_options(words.split()) is None
