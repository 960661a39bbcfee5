"""One command from its words to its exit code: finds the handler, and turns every failure into one sentence."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import cast

from workbench.cli.parser import parse
from workbench.errors import CallProblem, DiskFull, WorkbenchError

FAILED, USED_WRONGLY, INTERRUPTED = 1, 2, 130

Handler = Callable[[argparse.Namespace], int]


def invoke(argv: Sequence[str]) -> int:
    """Run the command that `argv` says; its exit code."""
    _say_what_can_be_said()
    code = 0
    try:
        args = parse(argv)
        if args.log_json:
            from workbench.cli.logs import log_to

            log_to(args.log_json)
        module, _, name = str(args.handler).partition(":")
        handler = cast(Handler, getattr(import_module(f"workbench.cli.{module}"), name))
        code = handler(args)
        sys.stdout.flush()
    except (CallProblem, DiskFull) as problem:
        code = _said(problem, FAILED)
    except WorkbenchError as error:
        code = _said(error, USED_WRONGLY)
    except KeyboardInterrupt:
        code = _said("interrupted; everything up to here is saved", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output is gone; keep Python from complaining about it when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _say_what_can_be_said() -> None:
    """A stdout that cannot show a character gets its escape, not an error in the middle of the output."""
    out: object = sys.stdout
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(errors="backslashreplace")


def _said(error: object, code: int) -> int:
    from workbench.cli.output import aside

    aside(f"workbench: {error}")
    return code
