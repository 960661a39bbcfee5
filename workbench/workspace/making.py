"""Making a workspace, and files in it to begin with; nothing that is there is ever overwritten."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from workbench.errors import BadFile, UsedWrongly
from workbench.workspace import templates
from workbench.workspace.listing import FOLDER, Kind
from workbench.workspace.place import FOLDERS, MARK, Workspace
from workbench.workspace.schemas import schema_text

EXAMPLE: dict[Kind, str] = {"persona": "my-guide", "scenario": "my-first"}
_TEMPLATE: dict[Kind, str] = {"persona": templates.PERSONA, "scenario": templates.SCENARIO}


def init(folder: Path) -> list[Path]:
    """Make `folder` a workspace and give the files that were written; those that were there stay as they are.

    Raises:
        UsedWrongly: the folder cannot be made or written to.
    """
    contents = {MARK: templates.SETTINGS}
    kinds: tuple[Kind, ...] = ("persona", "scenario")
    for kind in kinds:
        contents[f"{FOLDER[kind]}/schema.json"] = schema_text(kind)
        contents[f"{FOLDER[kind]}/{EXAMPLE[kind]}.yaml"] = _TEMPLATE[kind].format(name=EXAMPLE[kind])
    _folders(folder)
    paths = {folder / name: content for name, content in contents.items()}
    return [path for path, content in paths.items() if _written(path, content)]


def new_file(workspace: Workspace, kind: Kind, name: str) -> Path:
    """A commented persona or scenario named `name` to begin with.

    Raises:
        UsedWrongly: the name cannot be one, is taken, or the file cannot be written.
    """
    path = workspace.root / FOLDER[kind] / f"{_name(name)}.yaml"
    _folders(workspace.root)
    if not _written(path, _TEMPLATE[kind].format(name=name)):
        raise UsedWrongly(f"{path} is there already; choose another name, or edit it")
    return path


def persona_path(workspace: Workspace, name: str) -> Path:
    """Where a new persona of that name would lie.

    Raises:
        UsedWrongly: the name cannot be one, or is taken in the workspace.
    """
    path = workspace.root / FOLDER["persona"] / f"{_name(name)}.yaml"
    if path.exists():
        raise UsedWrongly(f"{path} is there already; remove it, or give the new one another name")
    return path


def lay_persona(workspace: Workspace, name: str, text: str) -> Path:
    """Write the file of a new persona.

    Raises:
        UsedWrongly: the name cannot be one, is taken, or the file cannot be written.
    """
    path = persona_path(workspace, name)
    _folders(workspace.root)
    _written(path, text)
    return path


def rewrite_persona(workspace: Workspace, name: str, text: str) -> Path:
    """Put `text` in the place of the workspace's persona `name`, or beside a shipped one of that name.

    It is judged where it will lie before it takes the place, so that what is there is right at any moment.

    Raises:
        UsedWrongly: the name cannot be one, or the file cannot be written.
        BadFile: the text is not right; the first problem.
    """
    from workbench.workspace.loading import check_persona

    folder = workspace.root / FOLDER["persona"]
    path = folder / f"{_name(name)}.yaml"
    _folders(workspace.root)
    with tempfile.TemporaryDirectory(prefix=".draft-", dir=folder) as drafts:
        draft = Path(drafts, path.name)
        try:
            draft.write_text(text, encoding="utf-8")
            _, wrong = check_persona(workspace, draft)
            if wrong:
                first = wrong[0]
                raise BadFile(path.name, first.problem, line=first.line, field=first.field)
            draft.replace(path)
        except OSError as error:
            raise UsedWrongly(f"{path} cannot be written: {error.strerror or error}") from error
    return path


def _name(name: str) -> str:
    if len(name) > 64 or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise UsedWrongly(f"{name!r} cannot be a name: use lower-case words joined by hyphens, as in 'support-desk'")
    return name


def _folders(root: Path) -> None:
    try:
        for name in FOLDERS:
            (root / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsedWrongly(f"{root} cannot be made a workspace: {error.strerror or error}") from error


def _written(path: Path, content: str) -> bool:
    """Write a file that is not there yet; False where it is."""
    try:
        file = path.open("x", encoding="utf-8")
    except FileExistsError:
        return False
    except OSError as error:
        raise UsedWrongly(f"{path} cannot be written: {error.strerror or error}") from error
    try:
        with file:
            file.write(content)
    except OSError as error:
        path.unlink()  # half a file would be in the way of the next attempt, which never writes over one
        raise UsedWrongly(f"{path} cannot be written: {error.strerror or error}") from error
    return True
