"""Parts are equal where their fields are, and only to their like."""

from workbench.events import Noted, Said, Usage


def test_equal_parts_have_one_hash() -> None:
    assert Usage(input=1) == Usage(input=1)
    assert hash(Usage(input=1)) == hash(Usage(input=1))
    assert hash(Usage()) == hash(Usage().model_copy(update={"input": None}))


def test_a_part_is_equal_only_to_its_like() -> None:
    assert Usage(input=1) != Usage()
    assert Noted(text="go", role="user") != Said(text="go", role="user")
    assert Usage() != {}
