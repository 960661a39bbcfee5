"""One command from its arguments to its exit code: finds the handler, and turns every failure into one sentence."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import cast

from workbench.errors import CallProblem, WorkbenchError

FAILED, USED_WRONGLY, INTERRUPTED = 1, 2, 130

Handler = Callable[[argparse.Namespace], int]


def invoke(args: argparse.Namespace) -> int:
    """Run the command that was parsed; its exit code."""
    module, _, name = str(args.handler).partition(":")
    handler = cast(Handler, getattr(import_module(f"workbench.cli.{module}"), name))
    try:
        code = handler(args)
        sys.stdout.flush()
        return code
    except CallProblem as problem:
        return _said(problem, FAILED)
    except WorkbenchError as error:
        return _said(error, USED_WRONGLY)
    except KeyboardInterrupt:
        return _said("interrupted; everything up to here is saved", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output is gone; keep Python from complaining about it when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _said(error: object, code: int) -> int:
    from workbench.safe_text import safe_text

    print(f"workbench: {safe_text(error)}", file=sys.stderr)
    return code
