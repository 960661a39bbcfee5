"""The first paint is paid for by what it needs, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"pydantic", "msgspec", "openai", "ollama", "sqlite_utils", "ruamel.yaml", "genai_prices", "rich.markdown"}


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after `code`."""
    script = f"{code}\nimport sys; print(' '.join(sys.modules))"
    return set(
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    )


def test_the_package_loads_nothing_of_textual() -> None:
    assert "textual" not in loaded_by("import workbench.tui")


@pytest.mark.slow
def test_the_first_screen_loads_neither_events_nor_sdks() -> None:
    bare = loaded_by("import textual.app, textual.scroll_view, textual.getters")
    more = loaded_by("import workbench.tui.app, workbench.tui.first_screen") - bare
    assert not more & {"workbench.events", "workbench.state", "workbench.run", *HEAVY}
    assert not [name for name in more - {*sys.builtin_module_names} if not name.startswith("workbench")]


def test_what_the_command_line_reads_before_the_first_screen_loads_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "workbench.toml").write_text('[app]\ntheme = "light"\n', encoding="utf-8")
    door = (
        "import workbench.cli.desk\n"
        "from workbench.cli.app_settings import settings_of\n"
        "from workbench.cli.house import House\n"
        f"assert settings_of(House({str(tmp_path)!r}).workspace).theme == 'light'"
    )
    assert not loaded_by(door) & {"workbench.events", "workbench.state", "workbench.run", *HEAVY}


def test_textual_is_told_to_draw_120_frames_a_second_before_it_is_imported() -> None:
    script = (
        "import os, sys\n"
        "from workbench.tui import run\n"
        "class Stop(Exception): ...\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'textual':\n"
        "            print(os.environ.get('TEXTUAL_FPS')); sys.exit(0)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "run(None)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "120"
