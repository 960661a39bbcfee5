"""The person's own editor: what it makes of a text, and every way in which it can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.debugger.rewriting import editor, rewritten
from workbench.errors import Impossible, UsedWrongly


def command(folder: Path, script: str) -> list[str]:
    """An editor that is a shell script; `$1` is the file."""
    path = folder / "editor"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o700)
    return [str(path)]


def test_what_the_editor_writes_is_the_text(tmp_path: Path):
    assert rewritten(command(tmp_path, 'sed -i s/old/new/ "$1"'), "an old\ntext") == "an new\ntext"
    assert rewritten(command(tmp_path, "true"), "as it was") == "as it was"
    assert rewritten(command(tmp_path, 'case "$1" in *.json) printf yes > "$1";; esac'), '{"a": 1}') == "yes"


def test_an_editor_that_fails_is_one_sentence(tmp_path: Path):
    with pytest.raises(Impossible, match=r"ended with code 3, so nothing was changed$"):
        rewritten(command(tmp_path, "exit 3"), "text")
    with pytest.raises(UsedWrongly, match=r"^the editor '/no/such/editor' cannot be started: No such file"):
        rewritten(["/no/such/editor"], "text")
    with pytest.raises(UsedWrongly, match=r"left no text in UTF-8, so nothing was changed$"):
        rewritten(command(tmp_path, r"""printf '\377' > "$1" """), "text")
    with pytest.raises(UsedWrongly, match=r"left no text"):
        rewritten(command(tmp_path, 'rm "$1"'), "text")


def test_which_editor_it_is(monkeypatch: pytest.MonkeyPatch):
    for name in ("EDITOR", "VISUAL"):
        monkeypatch.delenv(name, raising=False)
    assert editor() == []
    monkeypatch.setenv("EDITOR", "emacs -nw")
    assert editor() == ["emacs", "-nw"]
    monkeypatch.setenv("VISUAL", "code --wait")
    assert editor() == ["code", "--wait"]
    monkeypatch.setenv("VISUAL", "vi 'x")
    with pytest.raises(UsedWrongly, match="is no command"):
        editor()
