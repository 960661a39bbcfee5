"""Every link, picture and file that the pages name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, name_of, prose

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_PATH = re.compile(r"`((?:workbench|tests|benchmarks|docs|personas|scenarios|sessions|\.ci)/[\w./*-]*)")
_WORKSPACES = ("personas/", "scenarios/", "sessions/")
LARGEST = 300_000
"""Bytes of a picture."""


def anchors(page: Path) -> set[str]:
    """What can stand behind `#` in a link to the page."""
    heads = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(prose(page)):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), f"{name_of(page)} links to {link}, which is not there"
        assert not anchor or anchor in anchors(target), f"{name_of(page)} links to {link}, which has no such heading"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_of_the_project_exist(page: Path) -> None:
    for path in _PATH.findall(prose(page)):
        if path not in _WORKSPACES and not path.startswith("sessions/workbench.db"):
            assert list(ROOT.glob(path.rstrip("/"))), f"{name_of(page)} names {path}, which is not there"


def test_every_page_is_reached_from_the_readme() -> None:
    seen, todo = {ROOT / "README.md"}, [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        for link in _LINK.findall(prose(page)):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.is_file() and target not in seen:
                seen.add(target)
                todo.append(target)
    assert seen == set(PAGES)


def test_pictures_are_used_and_not_too_large() -> None:
    pictures = {path for path in (ROOT / "docs" / "images").iterdir() if path.is_file()}
    used = {(page.parent / link).resolve() for page in PAGES for link in _LINK.findall(prose(page))}
    assert pictures <= used
    assert all(picture.stat().st_size < LARGEST for picture in pictures)
