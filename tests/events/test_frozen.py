"""Parts are equal where their fields are, and only to their like."""

import pytest
from pydantic import ValidationError

from workbench.events import Noted, Said, Usage, stored
from workbench.events.frozen import trusted


def test_equal_parts_have_one_hash() -> None:
    assert Usage(input=1) == Usage(input=1)
    assert hash(Usage(input=1)) == hash(Usage(input=1))
    assert hash(Usage()) == hash(Usage().model_copy(update={"input": None}))


def test_a_part_is_equal_only_to_its_like() -> None:
    assert Usage(input=1) != Usage()
    assert Noted(text="go", role="user") != Said(text="go", role="user")
    assert Usage() != {}


def test_a_trusted_part_is_what_the_checked_one_is() -> None:
    checked = Said(text="go")
    made = trusted(Said, {"text": "go", "role": "user", "extra": None, "media": ()})
    assert made == checked
    assert stored(made) == stored(checked)
    assert made.model_copy(update={"text": "stop"}) == Said(text="stop")
    assert repr(made) == repr(checked)
    with pytest.raises(ValidationError, match="frozen"):
        made.text = "stop"  # pyright: ignore[reportAttributeAccessIssue]
