"""Real files of every format round trip; files of no known format, broken or hostile, are told in one sentence."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import BadFile
from workbench.exchange import Recording, export_openai, load
from workbench.exchange.formats import LARGEST
from workbench.run.check import check
from workbench.state import State

Messages = list[dict[str, Any]]


def sources(file: Path) -> Iterator[Messages]:
    """The conversations of a data file, read without any of the code under test."""
    if file.suffix == ".jsonl":
        for line in file.read_text(encoding="utf-8").splitlines():
            document = json.loads(line)
            yield document["messages"] if "messages" in document else document["output"]["history"]
        return
    document: Any = json.loads(file.read_text(encoding="utf-8"))
    if file.name.startswith("tb-"):
        yield from [record["traj"] for record in document]
    elif "simulations" in document:
        yield from [simulation["messages"] for simulation in document["simulations"]]
    else:
        yield document["history"]


def assert_returns(source: Messages, recording: Recording) -> None:
    """The recording replays, and its export has every message of the source with every field.

    tau2 says `id`, `name` and `arguments` where the chat form says `tool_call_id` and `function`: the export has both.
    """
    assert isinstance(check(recording.events), State)
    exported = export_openai(recording.events)["messages"]
    assert len(exported) == len(source)
    for ours, theirs in zip(exported, source, strict=True):
        beside = set(ours) - set(theirs)
        assert beside <= {"tool_call_id"}
        if theirs.get("tool_calls") and "name" in theirs["tool_calls"][0] and ours["role"] == "assistant":
            for mine, call in zip(ours["tool_calls"], theirs["tool_calls"], strict=True):
                assert call.items() <= mine.items()
                assert mine["function"]["name"] == call["name"]
                assert json.loads(mine["function"]["arguments"]) == call["arguments"]
            ours, theirs = ours | {"tool_calls": 0}, theirs | {"tool_calls": 0}
        assert {key: value for key, value in ours.items() if key not in beside} == theirs


def assert_file_returns(file: Path) -> None:
    """Every run of the file is taken and comes back."""
    loaded, originals = load(file), list(sources(file))
    assert not loaded.skipped
    assert len(loaded.recordings) == len(originals)
    for source, recording in zip(originals, loaded.recordings, strict=True):
        assert_returns(source, recording)


def test_every_tau_file_returns(data_dir: Path) -> None:
    files = [file for file in sorted((data_dir / "tau").glob("*.json")) if any(sources(file))]
    assert len(files) > 40
    for file in files:
        assert_file_returns(file)


def test_a_tau2_document_without_simulations_holds_nothing(data_dir: Path) -> None:
    with pytest.raises(BadFile, match="there is nothing in it to import: its list of simulations is empty"):
        load(data_dir / "tau" / "es-salud_mendoza_rag_demo_1.json")


def test_every_who_and_when_file_returns(data_dir: Path) -> None:
    files = sorted((data_dir / "whowhen").glob("*.json"))
    assert len(files) > 20
    for file in files:
        assert_file_returns(file)


def test_every_chat_jsonl_returns(data_dir: Path) -> None:
    files = sorted((data_dir / "traj").glob("*.jsonl"))
    assert len(files) == 4
    for file in files:
        assert_file_returns(file)


@pytest.mark.parametrize(
    ("glob", "named"),
    [("swe-agent__*", "SWE-agent"), ("openhands__*", "OpenHands"), ("inspect__*", "Inspect")],
)
def test_other_formats_are_refused_by_name(data_dir: Path, glob: str, named: str) -> None:
    files = sorted((data_dir / "traj").glob(glob))
    assert files
    for file in files:
        with pytest.raises(BadFile, match=named):
            load(file)


HELLO: Messages = [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "hi"}]


def written(folder: Path, text: str | bytes, name: str = "run.json") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


@pytest.mark.parametrize(
    "document",
    [HELLO, {"messages": HELLO}, [{"messages": HELLO}], [HELLO], {"messages": HELLO, "title": "a run", "model": "x/y"}],
)
def test_chat_in_every_wrapping_is_found(tmp_path: Path, document: Any) -> None:
    loaded = load(written(tmp_path, json.dumps(document, indent=2)))
    assert export_openai(loaded.recordings[0].events)["messages"] == HELLO


def test_jsonl_takes_whole_lines_and_tells_of_the_others(tmp_path: Path) -> None:
    line = json.dumps({"messages": HELLO})
    text = f"{line}\n\n{json.dumps(HELLO)}\n7\n{{}}\n{'[' * 500}{']' * 500}\n{line[: len(line) // 2]}"
    loaded = load(written(tmp_path, text, "runs.jsonl"))
    assert len(loaded.recordings) == 2
    assert [skip.record for skip in loaded.skipped] == ["line 4", "line 5", "line 6", "line 7"]
    assert "not whole JSON" in loaded.skipped[-1].why


def test_a_list_takes_good_records_and_tells_of_the_others(tmp_path: Path) -> None:
    records: list[Any] = [{"traj": HELLO, "task_id": 3, "reward": 1}, {"traj": []}, "noise", {"traj": [{"role": 1}]}]
    loaded = load(written(tmp_path, json.dumps(records)))
    assert [recording.title for recording in loaded.recordings] == ["tau-bench task 3 · reward 1"]
    assert [(skip.record, skip.why.split(";")[0]) for skip in loaded.skipped] == [
        ("record 2", "it has no messages"),
        ("record 3", "it is in no known form"),
        ("record 4", "message 0 is not an object with a role"),
    ]


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert load(written(tmp_path, b"\xef\xbb\xbf" + json.dumps(HELLO).encode())).recordings


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        ("  \n ", "it is empty"),
        ("hello", "it is not JSON"),
        ('{"messages": [', "it is not JSON"),
        (b"\xff\xfe\x00", "it is not UTF-8"),
        (b"PK\x03\x04rest", "zip archive"),
        ("[]", "it is in no known form"),
        ("{}", "it is in no known form"),
        ("null", "it is in no known form"),
        ('{"messages": []}', "it has no messages"),
        ('{"messages": ["hello"]}', "message 0 is not an object with a role"),
        ("[" * 100_000, "nested too deeply"),
        ('{"messages": ' + "[" * 200 + "]" * 200 + "}", "nested more than 100 levels"),
        ('{\n"kind": "session"\n}', "it is of form None"),
        ("9" * 5000, "a number too long"),
    ],
)
def test_what_cannot_be_taken_is_told_in_one_sentence(tmp_path: Path, text: str | bytes, why: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(BadFile, match=why) as told:
        load(file)
    assert str(told.value).startswith(str(file))
    assert "\n" not in str(told.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        load(tmp_path / "nothing.json")
    with pytest.raises(BadFile, match="cannot be read"):
        load(tmp_path)
    with pytest.raises(BadFile, match="no file can have this name"):
        load("nothing\0.json")


def test_a_file_beyond_reason_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.json"
    with file.open("wb") as sparse:
        sparse.truncate(LARGEST + 1)
    with pytest.raises(BadFile, match="it is longer than 512 MiB"):
        load(file)


def test_hostile_values_are_read_and_cleaned(tmp_path: Path) -> None:
    text = (
        '[{"role":"user","content":"\\ud800 here","n":NaN,"m":-Infinity,"e":1e999,"big":12345678901234567890123},'
        '{"role":"assistant","content":"one","content":"two"}]'
    )
    recording = load(written(tmp_path, text)).recordings[0]
    assert isinstance(check(recording.events), State)
    messages = export_openai(recording.events)["messages"]
    assert messages[0] == {
        "role": "user",
        "content": "\N{REPLACEMENT CHARACTER} here",
        "n": None,
        "m": None,
        "e": None,
        "big": 12345678901234567890123,
    }
    assert messages[1]["content"] == "two"


def test_secrets_are_struck_out_wherever_they_stand(tmp_path: Path) -> None:
    key = "sk-proj-" + "a1" * 20
    messages = [{"role": "user", "content": [{"type": "text", "text": key}], "note": key}, HELLO[1]]
    recording = load(written(tmp_path, json.dumps({"messages": messages, "key": key}))).recordings[0]
    assert key not in repr(recording)


def test_the_same_file_gives_the_same_events(data_dir: Path) -> None:
    file = data_dir / "tau" / "tb-gpt4o-airline__multi8.json"
    assert load(file) == load(file)


def test_broken_files_are_taken_or_refused_and_never_crash(data_dir: Path, tmp_path: Path) -> None:
    chance = random.Random(7)
    originals = [
        data_dir / "tau" / "tb-gpt4o-airline__task44__t3__r0.json",
        data_dir / "tau" / "es-resultado_filtro_gastelo_8.json",
        data_dir / "whowhen" / "alg-96.json",
        data_dir / "traj" / "openai-cookbook__toy_chat_fine_tuning_first4.jsonl",
    ]
    for original in originals:
        document = original.read_bytes()
        for _ in range(60):
            broken = bytearray(document)
            for _ in range(chance.choice([1, 1, 3, 20])):
                start = chance.randrange(len(broken))
                broken[start : start + chance.choice([0, 1, 1, 50])] = chance.choice(
                    [b"", b'"', b"{", b"]", b"null", b"\xff", b"\\ud800", b"-1e999", b",", b'{"role":"tool"},']
                )
            _take(written(tmp_path, bytes(broken), original.name))


def test_values_of_other_types_are_taken_or_refused_and_never_crash(data_dir: Path, tmp_path: Path) -> None:
    chance = random.Random(11)
    noise: list[Any] = [None, True, -1, 1.5, "", "x", [], {}, [None], {"role": "tool"}, [{"role": "assistant"}]]
    for name in (
        "tau/azure-airline__task16__t0__r0.json",
        "whowhen/hand-48.json",
        "tau/tb-grok3__task10__t0__r0.84.json",
    ):
        text = (data_dir / name).read_text(encoding="utf-8")
        for _ in range(60):
            document = json.loads(text)
            for _ in range(chance.choice([1, 3, 30])):
                _spoil(document, chance, noise)
            _take(written(tmp_path, json.dumps(document)))


def _spoil(value: Any, chance: random.Random, noise: list[Any]) -> None:
    """Put something else in one place of the document."""
    while value:
        keys: list[Any] = [*value] if hasattr(value, "keys") else [*range(len(value))]
        place = chance.choice(keys)
        inner: Any = value[place]
        if not (inner and type(inner) in (dict, list)) or chance.random() < 0.1:
            value[place] = deepcopy(chance.choice(noise))
            return
        value = inner


def _take(file: Path) -> None:
    try:
        loaded = load(file)
    except BadFile:
        return
    for recording in loaded.recordings:
        assert isinstance(check(recording.events), State)
        json.dumps(export_openai(recording.events), allow_nan=False)
