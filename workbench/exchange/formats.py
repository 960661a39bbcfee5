"""`load(path)`: finds out by itself what a file holds, and takes from it what can be taken."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from workbench.errors import BadFile, UsedWrongly
from workbench.exchange.agentbench import agentbench
from workbench.exchange.chat import Conversation, record, short
from workbench.exchange.jsonl import sessions
from workbench.exchange.messages import tools_of
from workbench.exchange.recording import Loaded, Recording, Skip, Unfit
from workbench.exchange.shapes import Fields
from workbench.exchange.tau import model_name, tau2, tau_bench
from workbench.exchange.untrusted import a_list, a_text, a_time, an_object, decode_json
from workbench.exchange.whowhen import who_and_when
from workbench.plain_files import read_bytes

LARGEST = 512 << 20
"""Bytes beyond which a file is refused."""

_KNOWN = (
    "chat messages (a list, or an object with `messages`; one a line in JSONL), tau-bench, tau2, Who&When, "
    "AgentBench and this program's own JSONL can be imported"
)

Reader = Callable[[], Recording]


def load(path: Path | str) -> Loaded:
    """The sessions that a file holds, and the records in it that cannot be taken.

    The same file always gives the same events.

    Raises:
        BadFile: it cannot be read, is in no known format, or holds nothing that can be imported.
    """
    path = Path(path)
    taken: list[Recording] = []
    skipped: list[Skip] = []
    for label, read in _records(path, _text_of(path)):
        try:
            taken.append(read())
        except Unfit as unfit:
            skipped.append(Skip(label, str(unfit)))
    if not taken:
        where = f"{skipped[0].record}: " if len(skipped) > 1 else ""
        raise BadFile(path, f"there is nothing in it to import: {where}{skipped[0].why}")
    return Loaded(tuple(taken), tuple(skipped))


def take(document: object) -> Recording:
    """The one session that a document of chat messages holds: a list of them, or an object with `messages`.

    Raises:
        UsedWrongly: it holds none.
    """
    try:
        records = list(_of_document(document, "", ""))
        if len(records) != 1:
            raise Unfit(f"it holds {len(records)} records")
        return records[0][1]()
    except Unfit as unfit:
        raise UsedWrongly(f"this is no conversation to go on with: {unfit}") from None


def _text_of(path: Path) -> str:
    try:
        size = path.stat().st_size
        data = b"" if size > LARGEST else read_bytes(path, LARGEST, pipes=True)
    except OSError as error:
        raise BadFile(path, f"it cannot be read ({error.strerror or error})") from None
    except ValueError:
        raise BadFile(path, "no file can have this name") from None
    if max(size, len(data)) > LARGEST:
        raise BadFile(path, f"it is longer than {LARGEST >> 20} MiB, the most that can be imported; split it")
    if data.startswith(b"PK\x03\x04"):
        raise BadFile(path, "it is a zip archive (as Inspect's .eval logs are); unpack or convert it first")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile(path, f"it is not UTF-8 text; {_KNOWN}") from None
    if not text.strip():
        raise BadFile(path, "there is nothing in it to import: it is empty")
    return text


def _records(path: Path, text: str) -> Iterator[tuple[str, Reader]]:
    """Every record of the file by its label; reading one may raise `Unfit`."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    first = _line(lines[0][1]) if len(lines) > 1 else []
    if an_object(first).get("kind") == "session":
        yield from sessions(lines)
    elif len(lines) > 1 and (first or path.suffix in (".jsonl", ".ndjson")):
        for number, line in lines:
            yield from _of_line(path.name, number, line)
    else:
        try:
            document = decode_json(text)
        except json.JSONDecodeError as error:
            raise BadFile(path, f"it is not JSON ({error.msg}); {_KNOWN}", line=error.lineno) from None
        except ValueError as error:
            raise BadFile(path, f"it cannot be imported: {error}") from None
        if an_object(document).get("kind") == "session":
            yield from sessions([(1, text)])
        else:
            yield from _of_document(document, path.name, "")


def _line(line: str) -> dict[str, Any] | list[Any]:
    """The JSON object or list that one line holds, empty where the line is something else."""
    try:
        value = decode_json(line)
    except ValueError:
        return []
    return an_object(value) or a_list(value)


def _of_line(file: str, number: int, line: str) -> Iterator[tuple[str, Reader]]:
    label = f"line {number}"
    try:
        document = decode_json(line)
    except json.JSONDecodeError as error:
        yield label, partial(_refuse, f"it is not whole JSON ({error.msg} at character {error.colno})")
    except ValueError as error:
        yield label, partial(_refuse, str(error))
    else:
        yield from _of_document(document, file, label)


def _of_document(document: Any, file: str, label: str) -> Iterator[tuple[str, Reader]]:
    """The records of a JSON document; `label` names the document where the file holds several."""
    fields = an_object(document)
    inside = f"{label}, " if label else ""
    if isinstance(fields.get("simulations"), list):
        if not fields["simulations"]:
            yield label or "record 1", partial(_refuse, "its list of simulations is empty")
        for number, simulation in enumerate(a_list(fields["simulations"]), 1):
            place = f"{inside}simulation {number}"
            yield place, partial(_simulation, an_object(simulation), fields, file, place)
    elif (items := a_list(document)) and "role" not in an_object(items[0]) and not _foreign(document):
        for number, item in enumerate(items, 1):
            place = f"{inside}record {number}"
            yield place, partial(_record, item, file, place)
    else:
        yield label or "record 1", partial(_record, document, file, label)


def _simulation(simulation: Fields, document: Fields, file: str, label: str) -> Recording:
    return record(tau2(simulation, document, file, label))


def _record(value: Any, file: str, label: str) -> Recording:
    """One run.

    Raises:
        Unfit: it is in no known form.
    """
    foreign = _foreign(value)
    if foreign:
        raise Unfit(f"it looks like {foreign}, which cannot be imported yet")
    fields = an_object(value)
    if isinstance(fields.get("traj"), list):
        return record(tau_bench(fields, file, label))
    if isinstance(fields.get("messages"), list):
        if "termination_reason" in fields or "reward_info" in fields:
            return record(tau2(fields, {}, file, label))
        return record(_chat(fields, file, label))
    if isinstance(fields.get("history"), list):
        return who_and_when(fields, file, label)
    if isinstance(an_object(fields.get("output")).get("history"), list):
        return record(agentbench(fields, file, label))
    if isinstance(value, list) and value:
        return record(Conversation(format="chat", messages=a_list(value), file=file, record=label))
    raise Unfit(f"it is in no known form; {_KNOWN}")


def _chat(document: Fields, file: str, label: str) -> Conversation:
    around = {key: value for key, value in document.items() if key != "messages"}
    return Conversation(
        format="chat",
        messages=a_list(document["messages"]),
        file=file,
        record=label,
        title=short(a_text(document.get("title"))),
        tools=tools_of(document.get("tools")),
        model=model_name(a_text(document.get("model"))),
        at=a_time(document.get("created")),
        around=around or None,
    )


def _foreign(value: Any) -> str:
    """What a run in a form of others looks like, "" where it looks like none of those."""
    fields = an_object(value)
    first = an_object(next(iter(a_list(value) or a_list(fields.get("history"))), None))
    if "trajectory" in fields or ("agent" in first and "role" in first):
        return "a SWE-agent trajectory"
    if "source" in first and ("action" in first or "observation" in first):
        return "an OpenHands event list"
    if "eval" in fields and ("samples" in fields or "plan" in fields):
        return "an Inspect log"
    return ""


def _refuse(why: str) -> Recording:
    raise Unfit(why)
