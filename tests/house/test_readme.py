"""The README says what the program does: keys, commands, settings, pictures."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from dedalus_tui.config.load import Flags, load_settings
from dedalus_tui.config.settings import Rates, TerminalSettings
from tests.tools.key_tables import README, with_tables

if TYPE_CHECKING:
    from pathlib import Path

TEXT = README.read_text()
ROOT = README.parent


def test_the_key_tables_are_the_registrys() -> None:
    assert with_tables(TEXT) == TEXT, "run python -m tests.tools.key_tables"


def test_every_picture_is_there() -> None:
    for name in re.findall(r"\]\((screenshots/[^)]+)\)", TEXT):
        assert (ROOT / name).is_file(), name


def test_the_settings_shown_are_accepted_and_complete(tmp_path: Path) -> None:
    found = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert found is not None
    file = tmp_path / "config.toml"
    file.write_text(found.group(1))
    settings = load_settings(Flags(), {}, file)
    assert settings.profile == "prod"
    assert settings.rates is not None
    shown = tomllib.loads(found.group(1))
    assert set(shown["rates"]) == set(Rates._fields)
    assert set(shown["terminal"]) == set(TerminalSettings._fields)


def test_the_test_command_is_the_one_ci_runs() -> None:
    command = re.search(r"'\.\[test\]' && \.venv/bin/(python -m pytest[^\n]*)", TEXT)
    assert command is not None
    assert command.group(1) in (ROOT / ".ci" / "run").read_text()
