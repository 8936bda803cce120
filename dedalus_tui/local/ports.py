"""Which TCP ports a set of processes listens on: from /proc on Linux, from `lsof` elsewhere."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PROC = Path("/proc")
_LISTEN = "0A"
_SOCKET_LINK = "socket:["


def listened_on(pids: Iterable[int]) -> set[int]:
    """Ports on which one of the processes accepts connections."""
    if (_PROC / "net" / "tcp").exists():
        inodes = set[str]()
        for pid in pids:
            inodes |= _socket_inodes(pid)
        return {port for inode, port in _listening() if inode in inodes}
    return _from_lsof(list(pids))


def _listening() -> Iterable[tuple[str, int]]:
    """(inode, port) of every listening socket of the computer."""
    for name in ("tcp", "tcp6"):
        try:
            lines = (_PROC / "net" / name).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            words = line.split()
            if words[3] == _LISTEN:
                yield words[9], int(words[1].rpartition(":")[2], 16)


def _socket_inodes(pid: int) -> set[str]:
    inodes = set[str]()
    folder = _PROC / str(pid) / "fd"
    try:
        descriptors = os.listdir(folder)
    except OSError:
        return inodes
    for descriptor in descriptors:
        try:
            target = os.readlink(folder / descriptor)
        except OSError:
            continue
        if target.startswith(_SOCKET_LINK):
            inodes.add(target[len(_SOCKET_LINK) : -1])
    return inodes


def _from_lsof(pids: list[int]) -> set[int]:
    if not pids:
        return set()
    asked = ["lsof", "-a", "-nP", "-iTCP", "-sTCP:LISTEN", "-Fn", "-p", ",".join(map(str, pids))]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    names = (line[1:] for line in answer.stdout.splitlines() if line.startswith("n"))
    return {int(port) for name in names if (port := name.rpartition(":")[2]).isdigit()}
