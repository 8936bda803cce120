"""Where this program's own files are (platformdirs), and how they are kept private."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = "dedalus-tui"
_CONFIG_VARIABLE = "DEDALUS_TUI_CONFIG"


class Paths(NamedTuple):
    """All of them hang on two directories, so that a test or a demo can move everything."""

    config_directory: Path
    state_directory: Path
    config_override: Path | None = None

    @property
    def config_file(self) -> Path:
        """The person's settings. This program never writes it unasked."""
        return self.config_override or self.config_directory / "config.toml"

    @property
    def credentials_file(self) -> Path:
        """Keys pasted into the program, by base URL."""
        return self.state_directory / "credentials.json"

    @property
    def state_file(self) -> Path:
        """Choices made inside the program."""
        return self.state_directory / "state.json"

    @property
    def journal_file(self) -> Path:
        """What this computer remembers: names, views, history, last known rows."""
        return self.state_directory / "journal.sqlite3"

    @property
    def ssh_directory(self) -> Path:
        """Keys and certificates of ssh logins, while they last."""
        return self.state_directory / "ssh"

    @property
    def local_cloud_directory(self) -> Path:
        """The machines of `--local`."""
        return self.state_directory / "local-cloud"


def find_paths(environ: Mapping[str, str], *, state_directory: Path | None = None) -> Paths:
    """The usual places of this system; `state_directory` moves everything this program writes."""
    import platformdirs

    override = environ.get(_CONFIG_VARIABLE)
    return Paths(
        config_directory=platformdirs.user_config_path(_NAME, appauthor=False),
        state_directory=state_directory or platformdirs.user_state_path(_NAME, appauthor=False),
        config_override=Path(override) if override else None,
    )


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, readable by its owner only, in a directory of the same kind.

    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def is_readable_by_others(path: Path) -> bool:
    """True when somebody besides the owner may read the file (POSIX permissions)."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)
