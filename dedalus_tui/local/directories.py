"""Where things lie on disk: the state directory (mode 0700) and a directory a machine.

    state.sqlite3   lock   local.log   trash/
    machines/<machine_id>/home              the files of the machine, kept while it sleeps
    machines/<machine_id>/executions/<id>   output and artifacts of its runs

Names come from the state file only, never from a request.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from typing import IO
from uuid import uuid4

_PROFILE = """\
# Read by login shells of this machine.
if [ -n "$BASH_VERSION" ]; then PS1='user@{short}:\\w$ '; else PS1='user@{short}$ '; fi
case $(uname) in
  Darwin) alias ls='ls -G' ;;
  *) alias ls='ls --color=auto'; alias grep='grep --color=auto' ;;
esac
"""

_BASHRC = """\
# Read by interactive bash that is not a login shell.
. ~/.profile
"""


class StateInUseError(Exception):
    """Another local cloud is using the state directory."""


class Directories:
    """The state directory of one local cloud, locked while it is open."""

    def __init__(self, root: Path) -> None:
        """Create what is missing, make it private, take the lock."""
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        root.chmod(0o700)
        self._root = root.resolve()
        self._machines = self._root / "machines"
        self._trash = self._root / "trash"
        self._lock = _locked(self._root / "lock")
        self._machines.mkdir(exist_ok=True, mode=0o700)
        self._trash.mkdir(exist_ok=True, mode=0o700)

    @property
    def state_file(self) -> Path:
        """The SQLite file."""
        return self._root / "state.sqlite3"

    @property
    def log_file(self) -> Path:
        """Where a server without a terminal complains."""
        return self._root / "local.log"

    def close(self) -> None:
        """Give the lock back."""
        self._lock.close()

    def machine(self, machine_id: str) -> Path:
        """Everything of one machine."""
        return self._machines / machine_id

    def home(self, machine_id: str) -> Path:
        """The machine's own files."""
        return self.machine(machine_id) / "home"

    def execution(self, machine_id: str, execution_id: str) -> Path:
        """What is kept of one run."""
        return self.machine(machine_id) / "executions" / execution_id

    def prepare(self, machine_id: str) -> Path:
        """Make the machine's home with its shell profile, unless it has one already."""
        home = self.home(machine_id)
        if not home.exists():
            home.mkdir(parents=True, mode=0o700)
            (home / ".profile").write_text(_PROFILE.format(short=short_name(machine_id)))
            (home / ".bashrc").write_text(_BASHRC)
        return home

    def discard(self, machine_id: str) -> None:
        """Put the machine's directory out of reach at once; `empty_trash` removes it."""
        self.discard_path(self.machine(machine_id))

    def discard_path(self, path: Path) -> None:
        """Move a directory to the trash; a missing one is no matter."""
        if path.exists():
            path.rename(self._trash / uuid4().hex)

    def empty_trash(self) -> None:
        """Remove discarded directories; takes as long as it takes."""
        for path in list(self._trash.iterdir()):
            shutil.rmtree(path, ignore_errors=True)

    def discard_strangers(self, known: set[str]) -> None:
        """Discard directories of machines that the state file does not know."""
        for path in self._machines.iterdir():
            if path.name not in known:
                self.discard_path(path)


def short_name(machine_id: str) -> str:
    """What the prompt calls the machine: the random end of its id tells it from its siblings."""
    return f"dm-{machine_id[-6:]}"


def resolved(cwd: str | None, home: Path) -> Path:
    """Where to run: the home, a place relative to it, or any directory of this computer.

    `/home/machine`, the home of the real service's machines, means this machine's home.
    """
    wanted = Path(cwd or "")
    for prefix in ("/home/machine", "~"):
        if wanted.parts[: len(Path(prefix).parts)] == Path(prefix).parts:
            return home / wanted.relative_to(prefix)
    return home / wanted


def _locked(path: Path) -> IO[bytes]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    lock = os.fdopen(descriptor, "r+b")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise StateInUseError(f"another local cloud is using {path.parent}") from None
    return lock
