"""Text of steps: answers, calls, values."""

from __future__ import annotations

from workbench.debugger.steps import Step
from workbench.events import ActorSpec, CallFailed, ModelAnswered, OutputRejected
from workbench.events.text import as_json
from workbench.tui.panes.entries import FOLDED, content, entry
from workbench.tui.panes.entries import text_of as words_of
from workbench.tui.panes.values import in_short, problem_of, rows_of
from workbench.tui.pieces import Pieces

STRUCTURED = ActorSpec(name="agent", model="scripted:x", structured=True)
JUDGE = ActorSpec(name="judge", model="scripted:x", role="judge")


def text_of(lines: list[Pieces]) -> list[str]:
    return ["".join(text for text, _ in line).rstrip() for line in lines]


def test_a_judges_verdicts_are_words() -> None:
    verdicts = [
        {"name": "polite", "met": True, "quote": "Thank you, that is all", "reason": "the customer thanks"},
        {"name": "short", "met": False, "quote": "", "reason": ""},
    ]
    answer = as_json({"verdicts": verdicts})
    step = Step(3, 4, "think", "done", "judge", 2, "think")
    said = entry(step, ModelAnswered(call="judge.1", text=answer), "judge", 40, spec=JUDGE, unfolded=False)
    assert text_of(said)[1:] == [
        "   ✓ polite: met, the customer thanks",
        "     “Thank you, that is all”",
        "   ✗ short: not met",
    ]
    assert (
        words_of(ModelAnswered(call="judge.1", text=answer), JUDGE)
        == "polite: met, the customer thanks\n“Thank you, that is all”\nshort: not met"
    )
    unreadable = entry(step, ModelAnswered(call="judge.1", text="I cannot"), "judge", 40, spec=JUDGE, unfolded=False)
    assert text_of(unreadable)[1:] == ["   I cannot"]


def test_values_stand_aligned_and_malformed_text_as_it_was_written() -> None:
    assert text_of(rows_of('{"amount":-129.0,"currency":"EUR"}', 40)) == ["  amount    -129.0", '  currency  "EUR"']
    assert text_of(rows_of('{"amount": oops', 40)) == ['  {"amount": oops']
    assert text_of(rows_of("{}", 40)) == ["  nothing"]
    assert text_of(rows_of("[1,2]", 40)) == ["  0  1", "  1  2"]
    assert text_of(rows_of('{"to": [{"name": "a long name", "days": 3}, {"name": "b"}], "by": "me"}', 30)) == [
        "  to",
        '    0  name  "a long name"',
        "       days  3",
        '    1  name  "b"',
        '  by  "me"',
    ]
    assert problem_of("{") != ""
    assert problem_of("[]") == "JSON, but not an object"
    assert problem_of("{}") == ""
    assert in_short('{"a":"x","b":[1]}') == "x, [1]"
    assert in_short("oops") == "oops"
    assert in_short('[{"a":1,"b":"x"},3]') == "1, x, 3"
    assert in_short('{"order":"A-1007","name":"Mar…') == "A-1007, Mar"
    assert in_short("[Errno 2] no such file…") == "[Errno 2] no such file…"
    assert in_short('{"name":{"first":"Ivan"},"zip":"10029"}') == "Ivan, 10029"
    assert in_short("{}") == "{}"


def test_an_output_that_was_rejected_is_shown_with_the_reason() -> None:
    step = Step(5, 6, "output", "failed", "agent", 1, "check", "no", "agent.1")
    told = entry(step, OutputRejected(call="agent.1", message="in words, please"), "agent", 40, unfolded=False)
    assert text_of(told) == ["   ✗ output rejected", "     in words, please"]


def test_a_long_result_is_folded_and_says_how_much_is_hidden() -> None:
    text = "\n".join(f"line {place}" for place in range(20))
    folded = text_of(content(text, 40, unfolded=False))
    assert len(folded) == FOLDED + 1
    assert folded[-1].strip() == f"… {20 - FOLDED} more lines · Enter unfolds"
    assert len(content(text, 40, unfolded=True)) == 20


def test_what_had_come_before_a_failure_is_shown_and_marked() -> None:
    step = Step(3, 4, "think", "failed", "agent", 1, "think")
    failed = CallFailed(call="agent.1", error="cut_off", message="the server broke off", partial="Half an ans")
    assert text_of(entry(step, failed, "agent", 40, unfolded=False))[1:] == [
        "   Half an ans",
        "   ✗ broken off here",
        "   ✗ cut off",
        "     the server broke off",
    ]
    assert "Half an ans" in words_of(failed)


def test_a_structured_answer_that_was_broken_off_shows_its_words() -> None:
    step = Step(3, 4, "think", "broken off", "agent", 1, "think")
    answer = ModelAnswered(call="agent.1", text='{"agent_output": "It is d', partial=True)
    assert text_of(entry(step, answer, "agent", 40, spec=STRUCTURED, unfolded=False))[1:] == [
        "   It is d",
        "   ✗ broken off here",
    ]


def test_what_is_copied_of_a_structured_answer_is_its_words() -> None:
    text = '{"agent_output": "It is done.", "system_status": "complete"}'
    answer = ModelAnswered(call="agent.1", thinking="hm", text=text)
    assert words_of(answer, STRUCTURED) == "hm\nIt is done."
    assert words_of(answer) == f"hm\n{text}"
    failed = CallFailed(call="agent.1", error="cut_off", message="the server broke off", partial=text[:23])
    assert words_of(failed, STRUCTURED) == "It is\ncut_off: the server broke off"
    assert words_of(CallFailed(call="agent.1", error="down", message="no server"), STRUCTURED) == "down: no server"


def test_deeply_nested_json_is_text() -> None:
    deep = "[" * 100_000
    assert rows_of(deep, 40)
    assert content(deep, 40, unfolded=False)
    assert problem_of(deep)
