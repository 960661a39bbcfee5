"""What models and tools used, by branch, day, actor and model: a summary that follows the log when it is asked.

Appending costs the log nothing here; a question first counts what was recorded since the last one. Facts that a fork
adopted are its parent's, and count once. What an import brought in was used elsewhere, and is not counted.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from workbench.events import (
    ActorSpec,
    AnswerChanged,
    CallFailed,
    ModelAnswered,
    ModelCalled,
    Recast,
    RunStarted,
    Tally,
    ToolCalled,
    ToolReturned,
    cost_of,
    decode,
    is_free,
)
from workbench.store.catalog import SEQ_MASK
from workbench.store.database import Database, sound

By = Literal["model", "scenario", "persona", "day", "actor"]
_BATCH = 5000
_PICO = 10**12
_MOST = 2**56
"""No branch uses more of anything in a day; SQLite adds up a hundred of these."""
_KINDS = (
    "'run_started', 'recast', 'model_called', 'model_answered', 'tool_called', 'tool_returned', 'call_failed',"
    " 'answer_changed'"
)
_SUMS = (
    "sum(requests), sum(iterations), sum(tool_calls), sum(input_tokens), sum(output_tokens), sum(cached_tokens),"
    " sum(reasoning_tokens), sum(pico), sum(unpriced), sum(ms)"
)


@dataclass(slots=True)
class Counts:
    """Sums. `pico`: trillionths of a US dollar; `unpriced`: answers whose price nobody knows; `ms`: time in calls."""

    requests: int = 0
    iterations: int = 0
    tool_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    pico: int = 0
    unpriced: int = 0
    ms: int = 0

    @property
    def cost(self) -> str:
        """What is known of the cost: US dollars as decimal text."""
        whole, part = divmod(self.pico, _PICO)
        return f"{whole}.{part:012d}".rstrip("0").rstrip(".")

    @property
    def tally(self) -> Tally:
        """As runs are told of it."""
        return Tally(
            requests=self.requests,
            iterations=self.iterations,
            tool_calls=self.tool_calls,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            cost=self.cost,
            unpriced=self.unpriced,
            ms=self.ms,
        )


class UsageRow(NamedTuple):
    """What one model, scenario, persona, day or actor used; `sessions` had a part in it."""

    name: str
    sessions: int
    counts: Counts


class _Counted(NamedTuple):
    """A branch that was counted up to a seq, and who took part by then: name → spec, as JSON texts."""

    branch: int
    upto: int
    reached: int
    scenario: str
    cast: dict[str, ActorSpec]
    rows: dict[tuple[str, str, str, str], Counts]


class UsageIndex:
    """The summary of one file, on one connection."""

    def __init__(self, database: Database, *, batch: int = _BATCH) -> None:
        """`batch`: about how many events are counted in one transaction."""
        self._database, self._batch = database, batch

    def by(self, what: By, *, session: str | None = None, since: str = "") -> list[UsageRow]:
        """Sums by what they are asked for, the dearest first (days: the newest first).

        Args:
            since: the first day that counts, `2026-11-24`.
        """
        column = {"scenario": "counted.scenario"}.get(what, f"usage.{what}")
        order = "1 DESC" if what == "day" else "sum(pico) DESC, sum(input_tokens + output_tokens) DESC, 1"
        found = self._database.rows(
            f"""SELECT {column}, count(DISTINCT branch.session), {_SUMS} FROM usage
            JOIN branch ON branch.id = usage.branch JOIN counted ON counted.branch = usage.branch
            WHERE usage.day >= ?1 AND (?2 IS NULL OR branch.session = ?2) GROUP BY 1 ORDER BY {order}""",
            (since, session),
        )
        return [UsageRow(row[0], row[1], Counts(*row[2:])) for row in found]

    def total(self, *, session: str | None = None, day: str | None = None) -> Counts:
        """The sum of all, of a session (all its branches), of a day."""
        if session is None:
            sql = f"SELECT {_SUMS} FROM usage WHERE ?1 IS NULL OR day = ?1"
            found = self._database.row(sql, (day,))
        else:
            sql = f"""SELECT {_SUMS} FROM branch JOIN usage ON usage.branch = branch.id
                WHERE branch.session = ?1 AND (?2 IS NULL OR day = ?2)"""
            found = self._database.row(sql, (session, day))
        return Counts(*[number or 0 for number in found]) if found else Counts()

    def catch_up(self) -> None:
        """Count all that was recorded."""
        with sound(self._database.path):
            self._catch_up()

    def _catch_up(self) -> None:
        behind = self._database.rows(
            f"""SELECT branch.id, branch.parent, branch.parent_seq, ifnull(counted.upto, branch.parent_seq)
            FROM branch LEFT JOIN counted ON counted.branch = branch.id WHERE EXISTS (SELECT 1 FROM event
            WHERE event.id > (branch.id << 32 | ifnull(counted.upto, branch.parent_seq))
            AND event.id <= (branch.id << 32 | {SEQ_MASK})) ORDER BY branch.id"""
        )
        done: list[_Counted] = []
        events = 0
        for branch, parent, parent_seq, upto in behind:
            one = self._count(branch, parent, parent_seq, upto)
            done.append(one)
            events += one.reached - one.upto
            if events >= self._batch:
                self._keep(done)
                done, events = [], 0
        self._keep(done)

    def _count(self, branch: int, parent: int | None, parent_seq: int, upto: int) -> _Counted:
        """What a branch used after `upto`."""
        scenario, cast = self._known(branch, parent, parent_seq)
        rows: dict[tuple[str, str, str, str], Counts] = {}
        ends = branch << 32 | upto, branch << 32 | SEQ_MASK
        reached = self._database.number("SELECT max(id) FROM event WHERE id > ? AND id <= ?", ends) & SEQ_MASK
        found = self._database.rows(
            f"SELECT at, by, actor, kind, v, body FROM event WHERE id > ? AND id <= ?"
            f" AND kind IN ({_KINDS}) ORDER BY id",
            (ends[0], branch << 32 | reached),
        )
        for at, by, actor, kind, version, stored in found:
            body = decode(kind, version, stored)
            if isinstance(body, RunStarted):
                scenario = body.scenario or ""
                cast = {} if body.origin is not None else {spec.name: spec for spec in body.actors}
            elif isinstance(body, Recast):
                cast[body.spec.name] = body.spec
            elif actor in cast and by != "rule":
                spec = cast[actor]
                persona = spec.persona.name if spec.persona is not None else ""
                day = datetime.fromtimestamp(at, UTC).date().isoformat()
                _add(rows.setdefault((day, actor, spec.model, persona), Counts()), body, spec, by)
        return _Counted(branch, upto, reached, scenario, cast, rows)

    def _known(self, branch: int, parent: int | None, parent_seq: int) -> tuple[str, dict[str, ActorSpec]]:
        """The scenario of a branch, and who took part when it was counted last, or when it left its parent."""
        kept = self._database.row("SELECT scenario, actors FROM counted WHERE branch = ?", (branch,))
        if kept is not None:
            told: dict[str, str] = json.loads(kept[1])
            return kept[0], {name: ActorSpec.model_validate_json(spec) for name, spec in told.items()}
        scenario, cast = "", dict[str, ActorSpec]()
        lineage: list[tuple[int, int]] = []
        while parent is not None:
            if parent >= branch:
                raise ValueError(f"branch {branch} descends from branch {parent}")
            lineage.insert(0, (parent, parent_seq))
            row = self._database.row("SELECT parent, parent_seq FROM branch WHERE id = ?", (parent,))
            branch = parent
            parent, above = row if row is not None else (None, 0)
            parent_seq = min(parent_seq, above)
        for one, end in lineage:
            found = self._database.rows(
                "SELECT kind, v, body FROM event WHERE id BETWEEN ? AND ?"
                " AND kind IN ('run_started', 'recast') ORDER BY id",
                (one << 32, one << 32 | end),
            )
            for kind, version, stored in found:
                body = decode(kind, version, stored)
                if isinstance(body, RunStarted):
                    scenario, cast = body.scenario or "", {spec.name: spec for spec in body.actors}
                elif isinstance(body, Recast):
                    cast[body.spec.name] = body.spec
        return scenario, cast

    def _keep(self, done: Iterable[_Counted]) -> None:
        """Record what was counted, unless another process did meanwhile or the session was removed."""
        with self._database.change() as connection:
            for one in done:
                there = connection.execute(
                    "SELECT ifnull(counted.upto, branch.parent_seq) FROM branch LEFT JOIN counted ON"
                    " counted.branch = branch.id WHERE branch.id = ?",
                    (one.branch,),
                ).fetchone()
                if there is None or there[0] != one.upto:
                    continue
                actors = json.dumps(
                    {name: spec.model_dump_json(exclude_defaults=True) for name, spec in one.cast.items()}
                )
                connection.execute(
                    "INSERT OR REPLACE INTO counted VALUES (?, ?, ?, ?)",
                    (one.branch, one.reached, one.scenario, actors),
                )
                for key, counts in one.rows.items():
                    connection.execute(_ADD, (one.branch, *key, *(min(number, _MOST) for number in astuple(counts))))


_COLUMNS = [field.name for field in fields(Counts)]
_ADD = f"INSERT INTO usage VALUES ({', '.join('?' * (5 + len(_COLUMNS)))}) ON CONFLICT DO UPDATE SET " + ", ".join(
    f"{name} = min({name} + excluded.{name}, {_MOST})" for name in _COLUMNS
)


def _add(counts: Counts, body: object, spec: ActorSpec, by: str) -> None:
    """Count one event of an actor."""
    match body:
        case ModelCalled():
            counts.requests += 1
            counts.iterations += body.attempt == 1 and spec.role == "agent"
        case ToolCalled():
            counts.tool_calls += body.attempt == 1
        case ModelAnswered() | AnswerChanged():
            counts.requests += isinstance(body, AnswerChanged) and body.again
            usage, price = body.usage, spec.price
            model = body.model if isinstance(body, ModelAnswered) else None
            if usage is None:
                return
            counts.input_tokens += usage.input or 0
            counts.output_tokens += usage.output or 0
            counts.cached_tokens += usage.cached or 0
            counts.reasoning_tokens += usage.reasoning or 0
            counts.ms += body.ms if isinstance(body, ModelAnswered) else 0
            if price is not None and usage.input is not None and usage.output is not None:
                counts.pico += int(cost_of(usage, price) * _PICO)
            elif by != "human" and model != "rule" and (price is None or not is_free(price)):
                counts.unpriced += 1
        case ToolReturned() | CallFailed():
            counts.ms += body.ms
        case _:
            return


def forget(connection: sqlite3.Connection, branches: Iterable[int]) -> None:
    """Take these branches out of the summary."""
    for branch in branches:
        connection.execute("DELETE FROM usage WHERE branch = ?", (branch,))
        connection.execute("DELETE FROM counted WHERE branch = ?", (branch,))
