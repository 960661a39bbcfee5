"""`personas show|diff|import|export`: one with its sources, two against each other, in from elsewhere, and out."""

from __future__ import annotations

import argparse
import difflib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from workbench.cli.house import House, events_of
from workbench.cli.output import aside, document, escaped, say, write
from workbench.errors import NotFound, UsedWrongly

if TYPE_CHECKING:
    from workbench.events import Signature


def show(args: argparse.Namespace) -> int:
    """One persona, and the prompt that it renders to."""
    from workbench.persona.prompt import render, render_lines
    from workbench.persona.signature import signature
    from workbench.workspace.personas import composed

    whole = composed(House(args.workspace).workspace, args.name)
    persona, signed = whole.persona, signature(whole.persona)
    lines = render_lines(whole)
    if args.json:
        told = [{"text": line.text, "from": list(line.sources)} for line in lines]
        more = {"rendered": render(persona), "signature": signed.digest, "lines": told}
        document(persona.model_dump(mode="json") | more | {"conflicts": list(whole.conflicts)})
        return 0
    say(f"{persona.name} {persona.version}   signature {signed.digest[:16]}")
    say("")
    if args.rendered:
        _say_lines([(", ".join(line.sources), line.text) for line in lines])
    else:
        say(render(persona))
    for conflict in whole.conflicts:
        aside(f"conflict: {conflict}")
    return 0


_WIDEST = 48


def _say_lines(lines: list[tuple[str, str]]) -> None:
    """Each line behind where it comes from; sources that are too wide for the column stand on a line of their own."""
    width = max((len(source) for source, _ in lines if len(source) <= _WIDEST), default=0)
    for source, text in lines:
        if len(source) > width:
            say(source)
            source = ""
        say(f"{source:<{width}} │ {text}".rstrip())


class Told(NamedTuple):
    """A side of a comparison: whose prompt it is."""

    name: str
    signature: Signature | None
    prompt: str


def diff(args: argparse.Namespace) -> int:
    """How the prompt of one side differs from that of the other, line by line."""
    with House(args.workspace) as house:
        left, right = _told(house, args.left), _told(house, args.right)
    same = left.prompt == right.prompt and (left.signature, right.signature).count(left.signature) == 2
    lines = list(difflib.ndiff(left.prompt.splitlines(), right.prompt.splitlines()))
    lines = [line for line in lines if not line.startswith("?")]
    if args.json:
        sides = {side: _plain(one) for side, one in (("left", left), ("right", right))}
        marked = [{"mark": {"+": "added", "-": "removed"}.get(line[0], "same"), "text": line[2:]} for line in lines]
        document({"same": same, **sides, "lines": marked})
        return 0
    for sign, one in (("-", left), ("+", right)):
        signed = one.signature
        say(
            f"{sign} {one.name}: "
            + (f"{signed.name} {signed.version} {signed.digest[:16]}" if signed else "no persona")
        )
    say("")
    if same:
        say("The same persona: its signature and its prompt are equal.")
        return 0
    for line in lines:
        say(line.rstrip())
    return 0


def _plain(one: Told) -> dict[str, object]:
    signed = one.signature
    return {
        "name": one.name,
        "persona": signed.name if signed else None,
        "version": signed.version if signed else None,
        "signature": signed.digest if signed else None,
    }


def _told(house: House, name: str) -> Told:
    """The persona of that name, or the one that a session's agent had."""
    from workbench.persona.prompt import render
    from workbench.persona.signature import signature
    from workbench.workspace.personas import load_persona

    try:
        persona = load_persona(house.workspace, name)
        return Told(name, signature(persona), render(persona))
    except NotFound as unknown:
        try:
            events = events_of(house, name)
        except NotFound:
            raise NotFound(f"there is neither a persona nor a session {name!r}") from unknown
    from workbench.state import fold

    state = fold(events)
    if state.started is None:
        raise UsedWrongly(f"{name} holds no run: nothing was recorded in it")
    spec = state.specs[state.agent]
    return Told(name, spec.persona, spec.system)


def load(args: argparse.Namespace) -> int:
    """Lay every persona of a file into the workspace, or none."""
    from workbench.exchange.personas import load_personas, persona_text
    from workbench.workspace.making import lay_persona, persona_path

    house = House(args.workspace)
    found = list(load_personas(Path(args.file)))
    forms = [one.form for one in found]
    if args.name is not None:
        if len(found) != 1:
            raise UsedWrongly(f"--name: the file holds {len(found)} personas, so none can be called {args.name}")
        forms = [forms[0].model_copy(update={"name": args.name})]
    for form in forms:
        persona_path(house.workspace, form.name)
    paths = [lay_persona(house.workspace, form.name, persona_text(form, "yaml")) for form in forms]
    if args.json:
        rows = [
            {"name": form.name, "path": str(path), "fragment": form.fragment, "left_out": list(one.left_out)}
            for form, path, one in zip(forms, paths, found, strict=True)
        ]
        document({"personas": rows})
        return 0
    for form, path, one in zip(forms, paths, found, strict=True):
        say(f"wrote {path}" + (" (a fragment)" if form.fragment else ""))
        for words in one.left_out:
            aside(f"{form.name}: left out {words}")
    return 0


def export(args: argparse.Namespace) -> int:
    """A persona as the text of a file."""
    from workbench.exchange.personas import persona_text
    from workbench.workspace.personas import form_of, load_persona

    workspace = House(args.workspace).workspace
    form = load_persona(workspace, args.name) if args.whole else form_of(workspace, args.name)
    text = persona_text(form, args.format)
    if args.out:
        write(args.out, text, "--out")
    elif args.format == "json":
        print(escaped(text), end="")
    else:
        say(text.rstrip("\n"))
    return 0
