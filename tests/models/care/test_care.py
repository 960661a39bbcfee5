"""What workbench.toml says of how providers are asked, and what it may not say."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.models.asking import ask
from tests.models.care.test_limits import Counting
from workbench.errors import BadFile
from workbench.models.care.answer_cache import Cached
from workbench.models.care.care import Care
from workbench.models.care.limits import Limited
from workbench.models.care.patience import Patient, Timeouts
from workbench.store.answers import AnswerFile


def care(told: str, folder: Path = Path()) -> Care:
    return Care.of(tomllib.loads(told), Path("workbench.toml"), lambda: AnswerFile(folder / "answers.db"))


def test_without_a_word_models_are_only_waited_for():
    model = care("").around(Counting(), "http://there")
    assert isinstance(model, Patient)
    assert care("").timeouts("openai:m") == Timeouts()


def test_a_later_table_goes_over_an_earlier_one():
    told = care('[models."*:*"]\nconnect = 1\nfirst_token = 2\n[models."openai:big"]\nfirst_token = 30\nwhole_call = 9')
    assert told.timeouts("openai:big") == Timeouts(connect=1, first_token=30, whole_call=9)
    assert told.timeouts("ollama:big") == Timeouts(connect=1, first_token=2)
    assert told.timeouts("openai:big").longest == 600


def test_limits_are_shared_by_all_that_a_pattern_fits():
    told = care('[models."openai:*"]\nconcurrent = 1\n[models."openai:m"]\nrequests_per_minute = 9')
    first, second = told.around(Counting(), ""), told.around(Counting(), "")
    assert isinstance(first, Limited)
    assert isinstance(second, Limited)
    assert [one.name for one in first.turnstiles] == ["openai:*", "openai:m"]
    assert first.turnstiles == second.turnstiles


@pytest.mark.parametrize("where", ["memory", "sqlite"])
async def test_answers_are_kept_where_it_says(where: str, tmp_path: Path):
    model = care(f'cache.answers = "{where}"', tmp_path).around(Counting(), "")
    assert isinstance(model, Cached)
    assert not list(tmp_path.iterdir()), "nothing is made before it is needed"
    await ask(model)
    assert (tmp_path / "answers.db").exists() == (where == "sqlite")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("models = 3", 'workbench.toml: models: should be tables, such as [models."openai:*"]'),
        ("[models.openai]\nconcurrent = 1", "models.openai: should fit names of models, such as 'openai:*'"),
        (
            '[models."openai:*"]\nconcurent = 1',
            "models.openai:*.concurent: there is no such field; did",
        ),
        ('[models."openai:*"]\nconnect = 0', "models.openai:*.connect: should be greater than 0"),
        ('cache.answers = "disk"', "cache.answers: "),
        ("cache = 3", "workbench.toml: cache: "),
    ],
)
def test_what_cannot_be_kept_to_is_refused_by_name(told: str, words: str):
    with pytest.raises(BadFile) as refused:
        care(told)
    assert words in str(refused.value)
