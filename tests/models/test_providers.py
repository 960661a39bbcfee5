"""From names to models: every kind, and a plain sentence for every name that is none."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.models.asking import KEY, ask, request
from workbench.errors import ModelFailed, NotFound, UsedWrongly
from workbench.events.messages import Answer, Model
from workbench.events.script import Script, ScriptTurn
from workbench.models import resolve, warm
from workbench.models.provider_rows import PROVIDERS
from workbench.models.recorded import Answers


def script(name: str) -> Script | None:
    return Script(turns=(ScriptTurn(say="scripted words"),)) if name == "demo" else None


def recording(name: str) -> Answers | None:
    return (lambda actor, place: Answer(text=f"{actor} {place}")) if name == "s1" else None


def model(name: str, **environ: str) -> Model:
    return resolve(name, scripts=script, recordings=recording, environ=environ)


async def test_models_of_our_own():
    assert (await ask(model("scripted:demo"), request()))[0].text == "scripted words"
    assert (await ask(model("recorded:s1"), request()))[0].text == "agent 0"
    with pytest.raises(ModelFailed, match="needs a person"):
        await ask(model("human"), request())
    assert model("human").name == "human"


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_every_provider_of_the_table(provider: str):
    name = f"{provider}:some/model:free"
    row = PROVIDERS[provider]
    found = model(name, **({row.key_env: KEY} | ({} if row.url else {row.url_env: "https://x.example.org"})))
    assert found.name == name
    warm(name)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("opnai:gpt", "no provider 'opnai' in the model name 'opnai:gpt': did you mean openai"),
        (
            "gpt-4o",
            "no provider 'gpt-4o' in the model name 'gpt-4o': a model is named provider:model; known are openai, ",
        ),
        ("function:replies", "function:replies is a function of the program that began this session, not at hand here"),
        (
            "imported:x",
            "imported:x answered where this run was recorded and cannot be asked here: fork ",
        ),
        ("", "no provider '' in the model name '': a model is named provider:model; known are "),
        ("nobody:x", "no provider 'nobody' in the model name 'nobody:x': "),
        ("scripted:nope", "no script named 'nope'"),
        ("recorded:nope", "no session 'nope' to take answers from"),
    ],
)
def test_names_that_nothing_goes_by(name: str, words: str):
    with pytest.raises(NotFound) as caught:
        model(name)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize("name", ["openai:", "openai", "scripted", "recorded:"])
def test_a_name_without_a_model(name: str):
    with pytest.raises(UsedWrongly, match="lacks the model: write"):
        model(name)


def test_without_a_key_it_is_said_before_anything_is_asked():
    with pytest.raises(ModelFailed, match="no key for groq: set GROQ_API_KEY"):
        model("groq:llama")


@pytest.mark.slow
def test_the_sdks_are_not_loaded_before_they_are_needed():
    program = (
        "import sys, workbench.models as models\n"
        "from workbench.events.script import Script\n"
        "models.resolve('scripted:x', scripts=lambda name: Script(), recordings=lambda name: None)\n"
        "print(sorted({'openai', 'ollama', 'httpx', 'httpx2', 'genai_prices'} & sys.modules.keys()))\n"
        "models.warm('scripted:x'); models.warm('ollama:x')\n"
        "print('ollama' in sys.modules, 'openai' in sys.modules)\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["[]", "True False"]
