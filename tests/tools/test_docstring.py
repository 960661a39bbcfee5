"""Google-style docstrings give a summary and a text for each parameter."""

from __future__ import annotations

import pytest

from workbench.tools.docstring import read_docstring


def test_summary_and_parameters() -> None:
    doc = read_docstring("""Do it.

        Twice if need be.

        Args:
            first: what comes
                first: really
            second (int, optional): the other

            *rest: more

        Returns:
            first: not a parameter
    """)
    assert doc.summary == "Do it.\n\nTwice if need be."
    assert doc.parameters == {"first": "what comes first: really", "second": "the other", "rest": "more"}


@pytest.mark.parametrize("text", [None, "", "   \n  "])
def test_nothing(text: str | None) -> None:
    assert read_docstring(text) == ("", {})


def test_a_section_without_entries_and_words_that_look_like_one() -> None:
    doc = read_docstring("Note: this is text.\n\nArgs:\n    no colon here\n\nRaises:\n    ValueError: never")
    assert doc == ("Note: this is text.", {})
