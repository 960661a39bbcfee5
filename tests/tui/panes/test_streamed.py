"""What streams in is drawn as it comes: nothing twice, nothing lost, and no slower the more there is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.debugger.summary import Draft
from workbench.events import ActorSpec
from workbench.events.text import as_json
from workbench.tui.panes.streamed import Streamed
from workbench.tui.pieces import Pieces


def words(lines: list[Pieces]) -> str:
    return "".join("".join(text for text, _ in line) for line in lines).replace("┊", "")


@given(st.lists(st.text("# word é\n", max_size=30), max_size=30), st.integers(14, 40))
def test_an_answer_reads_as_if_it_had_come_at_once(bits: list[str], width: int) -> None:
    streamed, draft = Streamed(width, None), Draft([], [])
    for bit in bits:
        draft.text.append(bit)
        streamed.lines(draft)
    said = words(streamed.lines(draft))
    assert "".join(said.split()) == "".join("".join(bits).split()) or (said.strip() == "…" and not "".join(bits))


def test_reasoning_is_folded_to_two_lines_above_the_words() -> None:
    streamed, draft = Streamed(40, None), Draft([], [])
    for number in range(40):
        draft.thinking.append(f"thought {number} ")
        streamed.lines(draft)
    draft.text.append("so it is")
    lines = ["".join(text for text, _ in line) for line in streamed.lines(draft)]
    assert len(lines) == 4
    assert "thought 0" in lines[0]
    assert "more lines of thinking" in lines[2]
    assert lines[3].strip() == "so it is"


def test_a_structured_answer_shows_its_words_while_it_comes() -> None:
    streamed, draft = Streamed(40, ActorSpec(name="agent", model="scripted:x", structured=True)), Draft([], [])
    shown: list[str] = []
    for character in as_json({"agent_output": "It is done.", "system_status": "complete"}):
        draft.text.append(character)
        shown.append(words(streamed.lines(draft)).strip())
    assert shown[-1] == "It is done."
    assert "It is" in shown
