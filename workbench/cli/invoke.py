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
    _open_what_is_closed()
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
    except KeyboardInterrupt as pressed:
        code = _said(f"{f'interrupted {pressed}'.strip()}; everything up to here is saved", INTERRUPTED)
    except BrokenPipeError:
        _say_no_more()  # whoever read our output is gone
    except OSError as error:
        if error.filename is not None:  # not what is written to stdout
            raise
        _say_no_more()
        code = _said(f"stdout cannot be written: {error.strerror or error}", FAILED)
    return code


def _say_no_more() -> None:
    """Keep Python from complaining when it closes stdout, where something is left that cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_what_is_closed() -> None:
    """Streams that were closed lead nowhere; else the next files that are opened would have their numbers."""
    sys.stdin = sys.stdin or os.fdopen(os.open(os.devnull, os.O_RDONLY))
    sys.stdout = sys.stdout or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    sys.stderr = sys.stderr or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def _say_what_can_be_said() -> None:
    """A stdout that cannot show a character gets its escape, not an error in the middle of the output."""
    out: object = sys.stdout
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(errors="backslashreplace")


def _said(error: object, code: int) -> int:
    from workbench.cli.output import aside

    aside(f"workbench: {error}")
    return code
