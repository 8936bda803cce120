"""Names of downloaded files: whatever the service says, a plain name in the chosen directory."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.store.artifact_download import safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.txt", "report.txt"),
        ("sub/dir/report.txt", "report.txt"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/", "artifact"),
        ("..", "artifact"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("a\x1b[31mb\n.txt", "a[31mb.txt"),
        ("evil\u202etxt.exe", "eviltxt.exe"),
        ("nul.txt", "_nul.txt"),
        ("what?*.log", "what__.log"),
        ("résumé.pdf", "résumé.pdf"),
    ],
)
def test_examples(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=400))
def test_any_name_becomes_a_harmless_one(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert len(safe.encode()) <= 180
    assert safe[0] not in ".-"
    assert not set(safe) & set('/\\<>:"|?*')
    assert all(unicodedata.category(each)[0] != "C" for each in safe)
    assert safe_name(safe) == safe
