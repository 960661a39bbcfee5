"""From `run`'s arguments to a new session."""

from __future__ import annotations

import argparse
from decimal import Decimal, InvalidOperation

from workbench.budget import Limit, check_limit, parse_limit
from workbench.cli.attaching import attached, with_first_line
from workbench.cli.house import House
from workbench.cli.starting import Wishes, starting
from workbench.debugger.session import Session
from workbench.errors import UsedWrongly
from workbench.events import MEASURES, RunStarted

_CAPS = {f"max_{name}": name for name in MEASURES}
_PARTS = ("cost", "seconds")


def begin(house: House, args: argparse.Namespace, *, headless: bool) -> Session:
    """The session that `run`'s arguments ask for."""
    caps, media = caps_of(args), attached(args)
    if headless and not args.scenario and not args.say:
        raise UsedWrongly("nobody is there to speak: name a scenario, or give the user's words with --say TEXT")
    wishes = Wishes(
        scenario=args.scenario or None,
        persona=args.persona,
        model=args.model,
        tools=args.tool,
        say=args.say,
        caps=caps,
        mode="run" if headless else "step",
        at_cap=None if headless else "pause",
        title=args.title,
        seed=args.seed,
    )
    started = starting(house, wishes)
    if headless:
        need_no_person(started, "leave out --headless")
    return house.begin(with_first_line(started, media), tags=args.tag or ())


def need_no_person(started: RunStarted, remedy: str) -> None:
    """Refuse a headless run in which a person would have to answer as the model.

    Raises:
        UsedWrongly: an actor's model is `human`.
    """
    for spec in started.actors:
        if spec.model.partition(":")[0] == "human":
            raise UsedWrongly(f"nobody is there to answer for {spec.name}, whose model is {spec.model!r}: {remedy}")


def caps_of(args: argparse.Namespace) -> dict[str, str | Limit | None]:
    """Cap name → limit (or all of the cap), of the flags that were given.

    Raises:
        UsedWrongly: a limit that is no number of 0 or more, or a cap that there is not.
    """
    caps: dict[str, str | Limit | None] = {}
    for flag, name in _CAPS.items():
        given = getattr(args, flag)
        if given is None:
            continue
        try:
            amount = Decimal(given)
            fits = amount.is_finite() and amount >= 0 and (name in _PARTS or amount == int(amount))
        except InvalidOperation:
            fits = False
        if not fits:
            whole = "a number" if name in _PARTS else "a whole number"
            raise UsedWrongly(f"--{flag.replace('_', '-')} {given}: should be {whole} of 0 or more")
        caps[name] = given
    for words in args.cap or ():
        try:
            limit = parse_limit(words)
            check_limit(limit.name, limit.limit)
        except UsedWrongly as wrong:
            raise UsedWrongly(f"--cap {words!r}: {wrong}") from None
        caps[limit.name] = limit
    return caps
