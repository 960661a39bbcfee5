"""The words of the command line: quick to say, and nothing heavy loaded for it."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

from tests.cli.bench import Bench
from workbench.cli.parser import parse
from workbench.errors import UsedWrongly

HEAVY = "pydantic rich textual sqlite_utils openai ollama httpx jinja2 ruamel jsonschema genai_prices asyncio".split()


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["--version"], ["--nonsense"]])
def test_help_and_mistakes_load_nothing_heavy(words: list[str]):
    code = (
        "import sys\nfrom workbench.cli import main\ntry: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        f"print(sorted(set({HEAVY}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_help_lists_the_exit_codes_and_every_command(bench: Bench):
    told = bench("--help").out
    for words in ("3 stopped by a budget", "5 replay diverged", "6 held, waiting for a person"):
        assert words in told
    for command in "run resume open replay settle sessions import personas scenarios models doctor init".split():
        assert f"    {command} " in told
        assert bench(command, "--help").code == 0


def test_the_version_is_the_packages(bench: Bench):
    assert bench("--version").out == f"workbench {version('workbench')}\n"


def test_no_flag_is_guessed_from_its_beginning():
    with pytest.raises(UsedWrongly, match=r"^unrecognized arguments: --head; 'workbench --help' shows how$"):
        parse(["run", "support-desk", "--head"])


def test_flags_that_take_several_words_add_up():
    args = parse(["run", "--say", "one", "two", "--tool", "now", "--say", "three", "--headless"])
    assert (args.say, args.tool, args.headless) == (["one", "two", "three"], ["now"], True)
