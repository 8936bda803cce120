"""Themes: every word can be read on every ground, and colour is never the only carrier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.color import Color

from dedalus_tui.ui.themes import GROUNDS, TERMINAL_16, TEXT_ROLES, THEMES, Ink, contrast

if TYPE_CHECKING:
    from textual.theme import Theme

COLOURED = [theme for theme in THEMES if theme.name != TERMINAL_16]


@pytest.mark.parametrize("theme", COLOURED, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_text_role_is_readable_on_every_ground(theme: Theme, ground: str) -> None:
    background = Color.parse(theme.variables[f"ground-{ground}"])
    weak = {
        role: round(contrast(Color.parse(theme.variables[f"role-{role}"]), background), 2)
        for role in TEXT_ROLES
        if contrast(Color.parse(theme.variables[f"role-{role}"]), background) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_theme_names_every_role_and_ground(theme: Theme) -> None:
    for role in (*TEXT_ROLES, "faint"):
        Color.parse(theme.variables[f"role-{role}"])
    for ground in GROUNDS:
        Color.parse(theme.variables[f"ground-{ground}"])


def test_the_sixteen_colour_theme_marks_the_cursor_without_colour() -> None:
    ink = Ink(next(theme for theme in THEMES if theme.name == TERMINAL_16).variables)
    assert ink.style("ok", "cursor").reverse
    assert not ink.style("ok", "base").reverse
    assert ink.style("muted").dim


def test_stale_words_lose_their_colour_and_unknown_roles_are_plain_text() -> None:
    ink = Ink(THEMES[0].variables)
    assert ink.style("ok", is_stale=True).color == ink.style("muted").color
    assert ink.style("no such role").color == ink.style("text").color
    assert ink.style("ok") is ink.style("ok")


def test_contrast_of_black_and_white_is_twenty_one() -> None:
    assert contrast(Color.parse("black"), Color.parse("white")) == pytest.approx(21)
