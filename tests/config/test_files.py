"""Our own files: where they are, that they are private, that a broken one costs little."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.config import settings as settings_module
from dedalus_tui.config.paths import find_paths, is_readable_by_others, write_private
from dedalus_tui.config.settings import Rates, Settings, TerminalSettings
from dedalus_tui.config.state import State, read_state, write_state

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_everything_written_hangs_on_one_directory(tmp_path: Path) -> None:
    paths = find_paths({}, state_directory=tmp_path)
    for path in (
        paths.credentials_file,
        paths.state_file,
        paths.journal_file,
        paths.local_cloud_directory,
    ):
        assert path.is_relative_to(tmp_path)
    assert not paths.config_file.is_relative_to(tmp_path)
    assert paths.config_file.name == "config.toml"


def test_the_settings_file_can_be_elsewhere(tmp_path: Path) -> None:
    paths = find_paths({"DEDALUS_TUI_CONFIG": str(tmp_path / "other.toml")})
    assert paths.config_file == tmp_path / "other.toml"


def test_a_private_file_is_replaced_whole_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "file"
    write_private(file, "first")
    write_private(file, "second")
    assert file.read_text() == "second"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["file"]
    assert not is_readable_by_others(file)


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "directory"
    target.mkdir()
    (target / "occupied").touch()
    with pytest.raises(OSError, match=r"."):
        write_private(target, "text")
    assert [path.name for path in tmp_path.iterdir()] == ["directory"]


def test_a_choice_is_remembered(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    write_state(file, State(theme="light"))
    assert read_state(file) == State(theme="light")


@pytest.mark.parametrize("content", ["", "[]", '{"theme": 3}', "\x00"])
def test_a_broken_state_file_is_a_fresh_start(tmp_path: Path, content: str) -> None:
    file = tmp_path / "state.json"
    file.write_text(content)
    assert read_state(file) == State()


def test_a_state_that_cannot_be_written_is_only_forgotten(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.touch()
    write_state(blocker / "state.json", State(theme="light"))
    assert read_state(blocker / "state.json") == State()


def documented() -> Iterator[tuple[type, str]]:
    for kind in (Settings, Rates, TerminalSettings):
        for name in kind._fields:
            yield kind, name


def test_every_setting_is_documented() -> None:
    source = Path(os.fspath(settings_module.__file__)).read_text()
    for kind, name in documented():
        lines = iter(source.splitlines())
        for line in lines:
            if line.startswith(f"    {name}: "):
                rest = line
                while not rest.startswith('    """'):
                    rest = next(lines)
                    assert rest.startswith(("    ", "        ")), f"{kind.__name__}.{name}"
                break
        else:
            pytest.fail(f"{kind.__name__}.{name} is not found")
