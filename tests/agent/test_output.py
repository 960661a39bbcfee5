"""Outputs of a type, and what they must pass: as the run records it, replays it, steps through it and resumes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from workbench import (
    AcceptanceCriteria,
    Agent,
    Answer,
    Check,
    ContentRule,
    Criterion,
    ModelRequest,
    ModelRetry,
    NoOutput,
    Refused,
    RunContext,
    UsedWrongly,
    call_tool,
    replies,
)
from workbench.agent.shape import OutputMode
from workbench.cli.house import House
from workbench.cli.invoke import invoke
from workbench.cli.transcript import lines
from workbench.debugger.language.telling import told as console_lines
from workbench.events import Held, Noted, OutputAccepted, OutputGiven, OutputRejected, RunStarted
from workbench.exchange import export_html, export_openai
from workbench.run import Divergence, check
from workbench.state import fold


class Refund(BaseModel):
    order: str
    amount: float


GOOD = '{"order": "A-1", "amount": 3.5}'
REFUND = Refund(order="A-1", amount=3.5)


async def test_a_final_tool_gives_the_output_and_ends_the_turn(tmp_path: Path) -> None:
    agent = Agent(replies(call_tool("final_result", order="A-1", amount=3.5)), output_type=Refund, store=tmp_path)
    result = await agent.run("refund it")
    assert result.output == REFUND
    assert [step.step_type for step in result.steps] == ["think", "tool_call", "tool_result", "output"]
    assert not isinstance(check(result.events), Divergence)
    again = await agent.run("and again", session=result.session)
    assert (again.output, again.usage.iterations) == (REFUND, 2)
    assert not isinstance(check(again.events), Divergence)


async def test_a_wrong_call_of_the_final_tool_goes_back_to_the_model() -> None:
    model = replies(call_tool("final_result", order="A-1"), call_tool("final_result", order="A-1", amount=3.5))
    result = await Agent(model, output_type=Refund, store=None).run("refund it")
    assert result.output == REFUND
    first, second = result.all_tool_calls
    assert (first.failed, second.failed) == (True, False)
    assert first.result is not None
    assert first.result.startswith("The output is not what was asked for: amount: Field required. Give it again")


async def test_text_serves_where_a_final_tool_was_asked_for() -> None:
    result = await Agent(replies(f"Here it is:\n```json\n{GOOD}\n```"), output_type=Refund, store=None).run("refund")
    assert result.output == REFUND
    assert [event.body.kind for event in result.events][-4:] == [
        "output_given", "output_accepted", "answer_read", "run_ended"
    ]  # fmt: skip


@pytest.mark.parametrize("mode", ["text", "native"])
async def test_a_wrong_text_goes_back_to_the_model_as_an_event(mode: OutputMode, tmp_path: Path) -> None:
    agent = Agent(
        replies("I refund 3.50", '{"order": "A-1"}', GOOD), output_type=Refund, output_mode=mode, store=tmp_path
    )
    result = await agent.run("refund it")
    assert result.output == REFUND
    rejected = [event.body.message for event in result.events if isinstance(event.body, OutputRejected)]
    assert ["Invalid JSON" in rejected[0], "amount: Field required" in rejected[1], len(rejected)] == [True, True, 2]
    assert result.messages[2].text == rejected[0]
    assert not isinstance(check(result.events), Divergence)


async def test_the_schema_is_in_the_prompt_only_where_nothing_else_tells_it() -> None:
    def tell(request: ModelRequest) -> Answer:
        told = ('"amount"' in request.system, request.output_schema is not None)
        said.append((*told, tuple(tool.name for tool in request.tools)))
        return Answer(text=GOOD)

    said: list[tuple[bool, bool, tuple[str, ...]]] = []
    for mode in ("text", "native", "tool"):
        await Agent(tell, output_type=Refund, output_mode=mode, store=None).run("refund it")
    assert said == [(True, False, ()), (False, True, ()), (False, False, ("final_result",))]


async def test_too_many_wrong_outputs_are_an_error_of_the_run() -> None:
    for agent in (
        Agent(replies("nonsense"), output_type=Refund, output_retries=1, store=None),
        Agent(replies(call_tool("final_result")), output_type=Refund, output_retries=1, store=None),
    ):
        with pytest.raises(NoOutput, match="error: The output is not what was asked for") as raised:
            await agent.run("refund it")
        assert raised.value.report.usage.requests == 2


@dataclass
class Point:
    x: int
    y: int


@pytest.mark.parametrize(
    ("output_type", "said", "value"),
    [
        (int, call_tool("final_result", response=3), 3),
        (int, "3", 3),
        (list[int], call_tool("final_result", response=[1, 2]), [1, 2]),
        (Literal["yes", "no"], '"yes"', "yes"),
        (Point, call_tool("final_result", x=1, y=2), Point(1, 2)),
        (dict[str, int], call_tool("final_result", a=1), {"a": 1}),
        (Refund | Point, call_tool("final_result", response={"x": 1, "y": 2}), Point(1, 2)),
    ],
)
async def test_any_type_with_a_schema_serves(output_type: type[object], said: str | Answer, value: object) -> None:
    assert (await Agent(replies(said), output_type=output_type, store=None).run("go")).output == value


def test_a_type_without_a_schema_is_refused() -> None:
    class Odd:
        pass

    with pytest.raises(UsedWrongly, match="no JSON schema for it"):
        Agent(replies("x"), output_type=Odd, store=None)


async def test_with_criteria_the_agent_may_speak_before_it_gives_its_output() -> None:
    criteria = AcceptanceCriteria(
        required_information=(Criterion(name="order", check=Check(pattern=r"(A-\d)")),),
    )
    asks = '{"agent_output": "Which order?", "system_status": "continue"}'
    model = replies(asks, call_tool("final_result", order="A-1", amount=3.5))
    agent = Agent(model, output_type=Refund, criteria=criteria, store=None)
    with pytest.raises(NoOutput, match="criteria_unmet"):
        await agent.run("refund it")
    agent = Agent(replies(call_tool("final_result", order="A-1", amount=3.5)), output_type=Refund, criteria=criteria)
    result = await agent.run("refund A-1")
    assert (result.output, result.outcome, result.criteria[0].words) == (REFUND, "completed", "A-1")


# --- guards ----------------------------------------------------------------------------------------------------------


async def test_an_output_guard_asks_again_and_gives_on_what_it_likes() -> None:
    agent = Agent(replies("100 dollars", "ten dollars"), store=None, deps_type=int)

    @agent.output_guard
    async def in_words(ctx: RunContext[int], output: str) -> str:
        if any(letter.isdigit() for letter in output):
            raise ModelRetry("write numbers as words")
        return f"{output} x {ctx.deps}"

    assert in_words
    result = await agent.run("how much?", deps=2)
    assert result.output == "ten dollars x 2"
    assert [message.text for message in result.messages] == [
        "how much?", "100 dollars", "write numbers as words", "ten dollars"
    ]  # fmt: skip
    assert not isinstance(check(result.events), Divergence)


async def test_a_guard_that_refuses_or_raises_ends_the_run() -> None:
    def refuse(ctx: RunContext[None], output: str) -> str:
        raise Refused("not today")

    def fail(ctx: RunContext[None], output: str) -> str:
        raise KeyError(output)

    for guard, words in ((refuse, "error: not today"), (fail, "error: the check of the output raised KeyError")):
        with pytest.raises(NoOutput, match=words):
            await Agent(replies("hello"), output_guards=[guard], store=None).run("hi")
    with pytest.raises(NoOutput, match="error: not today"):
        await Agent(
            replies(call_tool("final_result", response=1)),
            output_type=int,
            output_guards=[lambda ctx, output: (_ for _ in ()).throw(Refused("not today"))],
            store=None,
        ).run("hi")


async def test_a_guard_must_give_on_what_it_was_given() -> None:
    def forgets(context: RunContext[None], words: str) -> Any:
        return None

    with pytest.raises(UsedWrongly, match="the guard forgets gives None: it must return what it was given"):
        await Agent(replies("x"), input_guards=[forgets], store=None).run("hi")
    with pytest.raises(NoOutput, match="the guard forgets gives None: it must return what it was given"):
        await Agent(replies("x"), output_guards=[forgets], store=None).run("hi")


async def test_an_input_guard_changes_or_refuses_the_prompt(tmp_path: Path) -> None:
    agent = Agent(lambda request: request.messages[-1].text, store=tmp_path)

    @agent.input_guard
    def shorten(ctx: RunContext[None], prompt: str) -> str:
        if "secret" in prompt:
            raise Refused("no secrets, please")
        return prompt.strip()

    assert shorten
    result = await agent.run("  hello  ")
    assert result.output == "hello"
    assert [event.body.text for event in result.events if isinstance(event.body, Noted)] == [
        "a guard changed the prompt"
    ]
    with pytest.raises(NoOutput, match="stopped: the prompt was refused: no secrets") as raised:
        await agent.run("my secret is 42")
    report = raised.value.report
    assert report.usage.requests == 0
    started = report.events[0].body
    assert isinstance(started, RunStarted)
    assert "42" not in str([event.body for event in report.events])


async def test_content_rules_reject_redact_ask_and_warn() -> None:
    digits = r"\d{4}"

    async def said(*rules: ContentRule, prompt: str = "hi", turns: tuple[str, ...] = ("code 1234", "no code")) -> str:
        result = await Agent(replies(*turns), rules=rules, store=None).run(prompt)
        notes = [note for event in result.events if isinstance(event.body, OutputAccepted) for note in event.body.notes]
        return "; ".join([result.output, *notes])

    with pytest.raises(NoOutput, match=r"error: the pattern .* is blocked"):
        await said(ContentRule(digits))
    assert await said(ContentRule(digits, then="ask")) == "no code"
    assert await said(ContentRule(digits, then="redact", message="no codes")) == "code [redacted]; redacted: no codes"
    assert await said(ContentRule(digits, then="warn")) == r"code 1234; warning: the pattern '\\d{4}' is blocked"
    assert await said(ContentRule("no code", kind="required", then="ask")) == "no code"
    assert await said(ContentRule(digits, then="redact", on="input")) == "code 1234"


async def test_content_rules_for_prompts() -> None:
    rule = ContentRule(r"\d{4}", then="redact", on="input", message="no codes")
    result = await Agent(lambda request: request.messages[-1].text, rules=[rule], store=None).run("it is 1234")
    assert result.output == "it is [redacted]"
    assert [event.body.text for event in result.events if isinstance(event.body, Noted)] == ["redacted: no codes"]
    with pytest.raises(NoOutput, match="refused: the pattern 'please' is required"):
        await Agent(replies("x"), rules=[ContentRule("please", kind="required", on="input")], store=None).run("do it")


def test_rules_that_make_no_sense_are_refused() -> None:
    for wrong, words in (
        (lambda: ContentRule("("), "content rule"),
        (lambda: ContentRule("x", kind="required", then="redact"), "cannot be redacted"),
        (lambda: ContentRule("x", then="ask", on="both"), "on='output'"),
    ):
        with pytest.raises(UsedWrongly, match=words):
            wrong()


# --- in the debugger -------------------------------------------------------------------------------------------------


async def test_the_check_is_a_step_of_its_own() -> None:
    agent = Agent(replies("1", "one"), store=None)

    @agent.output_guard
    def in_words(ctx: RunContext[None], output: str) -> str:
        if output.isdigit():
            raise ModelRetry("in words, please")
        return output

    assert in_words
    async with agent.iter("count") as run:
        async for _ in run:
            pass
        reasons = [event.body.reason for event in run.report().events if isinstance(event.body, Held)]
        result = await run.result()
    assert "at the answer, before it is checked" in reasons
    assert result.output == "one"


async def test_a_session_whose_program_is_gone_is_checked_by_its_schema(tmp_path: Path) -> None:
    """The app goes on with it: nothing of the program is there but what the log holds."""
    agent = Agent(replies("nonsense"), output_type=Refund, output_mode="text", output_retries=0, store=tmp_path)
    with pytest.raises(NoOutput) as raised:
        await agent.run("refund it")
    house = House(str(tmp_path))
    session = house.open(raised.value.report.session)
    run = session.run
    assert run is not None
    run.recast(run.state.specs["agent"].model_copy(update={"model": "human"}))
    for answer in ("still wrong", '{"order": 1}', GOOD):
        session.proceed()
        await session.person.asked.wait()
        session.person.answer(answer)
        await session.settled()
    facts = [event.body for event in map(run.event, range(1, run.state.seq + 1)) if "output_" in event.body.kind]
    assert [type(fact) for fact in facts[-6:]] == [
        OutputGiven, OutputRejected, OutputGiven, OutputRejected, OutputGiven, OutputAccepted
    ]  # fmt: skip
    accepted = facts[-1]
    assert isinstance(accepted, OutputAccepted)
    assert accepted.notes == ("only its schema was checked: the program that began this session is not here",)
    session.close()
    house.close()


async def test_every_face_tells_what_was_rejected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = [ContentRule("gold", then="warn", message="metal")]
    agent = Agent(replies("nonsense", '"gold"'), output_type=str, rules=rules, store=tmp_path)

    @agent.output_guard
    def quoted(ctx: RunContext[None], output: str) -> str:
        if '"' not in output:
            raise ModelRetry("put it in quotes")
        return output

    assert quoted
    result = await agent.run("what?")
    document = export_openai(result.events)
    assert [(one["role"], one["content"]) for one in document["messages"]] == [
        ("user", "what?"), ("assistant", "nonsense"), ("user", "put it in quotes"), ("assistant", '"gold"')
    ]  # fmt: skip
    page = export_html(result.events, title="t", place="p")
    shown = "\n".join(lines(result.events))
    told = "\n".join(line.text for line in console_lines(result.events, fold(result.events).specs))
    for text in (page, shown):
        assert "output rejected: put it in quotes" in text
        assert "output accepted: warning: metal" in text
    for words in ("rejected agent.1 put it in quotes", "accepted warning: metal", "check    the output of agent.2"):
        assert words in told
    workspace = ["--workspace", str(tmp_path)]
    assert invoke([*workspace, "sessions", "search", "quotes"]) == 0
    assert "put it in quotes" in capsys.readouterr().out
