"""What each room may not take from outside the package: the pure rooms no effects, the faces no provider.

Who may import whom *inside* the package is import-linter's business, in pyproject.toml.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

EFFECTS = frozenset(
    "asyncio concurrent httpx httpx2 io multiprocessing os pathlib random secrets selectors shutil signal"
    " socket sqlite3 sqlite_utils subprocess tempfile threading time urllib uuid".split()
)
PROVIDERS = frozenset("anthropic httpx httpx2 ollama openai".split())
DATABASES = frozenset("sqlite3 sqlite_utils".split())
SCREENS = frozenset("prompt_toolkit textual".split())

PURE = EFFECTS | PROVIDERS | SCREENS
CORE = PROVIDERS | DATABASES | SCREENS

FORBIDDEN = {
    **dict.fromkeys("events state decide gates budget criteria persona".split(), PURE),
    **dict.fromkeys("context errors run agent scenario debugger".split(), CORE),
    **dict.fromkeys("tui console".split(), PROVIDERS | DATABASES),
    "store": PROVIDERS | SCREENS,
    "models": DATABASES | SCREENS,
    "tools": DATABASES | SCREENS,
    "exchange": PROVIDERS | SCREENS,
    "workspace": PROVIDERS | SCREENS,
}


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every import from outside the file's own package, wherever it stands, as (line, top-level name)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.split(".")[0]


def complaints(root: Path) -> list[str]:
    """One line for each forbidden import under `root`/workbench."""
    found: list[str] = []
    for room, forbidden in FORBIDDEN.items():
        place = root / "workbench" / room
        for file in [place.with_suffix(".py"), *sorted(place.rglob("*.py"))]:
            if file.is_file():
                tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
                found += [
                    f"{file.relative_to(root)}:{line}: {room} may not import {name}"
                    for line, name in imported(tree)
                    if name in forbidden
                ]
    return found
