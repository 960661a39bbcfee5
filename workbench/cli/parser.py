"""Every command, argument and flag. Light: nothing of what the commands do is imported here.

Each command names its handler as `module:function` below `workbench.cli`; `invoke` imports it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from workbench.errors import UsedWrongly

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["_Parser"]  # pyright: ignore[reportPrivateUsage]

VERSION = "0.1.0"
_EXIT_CODES = """exit codes:
  0 done (criteria met, if any)   1 failed   2 used wrongly   3 stopped by a budget
  4 ended with criteria unmet     5 replay diverged           6 held, waiting for a person

a session is named by its id, any unique beginning of it, or 'last'; a branch SESSION/BRANCH; a place in it ...@SEQ"""


_ATTACH = "images, sounds or files that go with the first --say"
_SESSION = "its id, any unique beginning of it, or 'last'"


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The parsed arguments, `handler` among them; `--help` and `--version` print and exit.

    Raises:
        UsedWrongly: they are no command.
    """
    return _parser().parse_args(list(argv))


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in a sentence instead of printing the whole usage."""

    def error(self, message: str) -> NoReturn:
        raise UsedWrongly(f"{message}; '{self.prog} --help' shows how")


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} should be a whole number") from None


def _some(text: str) -> int:
    number = _whole(text)
    if not 0 < number < 1 << 31:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} should be a whole number of 1 or more")
    return number


def _parser() -> _Parser:
    parser = _Parser(
        prog="workbench",
        description="The debugger for LLM agents. Without a command: the app.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--workspace", metavar="DIR", help="the folder of personas, scenarios and sessions")
    parser.add_argument("--version", action="version", version=f"workbench {VERSION}")
    _log(parser, default=None)
    parser.set_defaults(handler="app:home")
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    _running(commands)
    _debugging(commands)
    _sessions(commands)
    _catalogs(commands)
    _criteria(commands)
    _models_and_tools(commands)
    return parser


def _add(commands: Commands, name: str, handler: str, words: str) -> _Parser:
    parser = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".", allow_abbrev=False)
    parser.set_defaults(handler=handler)
    return parser


def _on_difference(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--on-difference",
        choices=("recorded", "live", "stop"),
        help="where a replay differs: use what was recorded, go live from there, or stop (exit code 5)",
    )


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout, words on stderr")


def _log(parser: argparse.ArgumentParser, *, default: object = argparse.SUPPRESS) -> None:
    """Before the command or behind it: what is said behind it goes over what is said before."""
    parser.add_argument(
        "--log-json", metavar="FILE", default=default, help="write what happens as JSON lines; - is stderr"
    )


def _caps(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--max-cost", metavar="DOLLARS", help="stop before this is spent")
    parser.add_argument("--max-tool-calls", metavar="N", help="at most N tool calls")
    parser.add_argument("--max-iterations", metavar="N", help="at most N model calls of the agent")
    parser.add_argument("--max-requests", metavar="N", help="at most N requests to any model")
    parser.add_argument("--max-tokens", metavar="N", help="at most N tokens, in and out")
    parser.add_argument("--max-input-tokens", metavar="N", help="at most N tokens in")
    parser.add_argument("--max-output-tokens", metavar="N", help="at most N tokens out")
    parser.add_argument("--max-seconds", metavar="SECONDS", help="at most so many seconds in calls of models and tools")
    parser.add_argument("--max-requests-per-minute", metavar="N", help="at most N requests in any minute")
    parser.add_argument(
        "--cap",
        metavar="CAP",
        action="append",
        help="any cap as the verb 'limit' takes it: 'cost@agent 0.5 wrap_up', 'tool_calls:charge 2', 'day.cost 5'",
    )


def _running(commands: Commands) -> None:
    run = _add(commands, "run", "running:run", "run a scenario, or an ad-hoc session with a persona, a model and tools")
    run.add_argument("scenario", nargs="?", metavar="SCENARIO", help="a name, or the path of a file")
    run.add_argument("--persona", metavar="NAME", help="who the agent is (default: the scenario's, else assistant)")
    run.add_argument("--model", metavar="P:M", help="provider:model, for example openai:gpt-5-mini or ollama:qwen3")
    run.add_argument("--tool", metavar="NAME", nargs="+", action="extend", help="tools the agent may call")
    run.add_argument("--say", metavar="TEXT", nargs="+", action="extend", help="what the user says, line by line")
    run.add_argument("--attach", metavar="FILE", nargs="+", action="extend", help=_ATTACH)
    run.add_argument("--headless", action="store_true", help="no app: run to the end or to the first hold")
    run.add_argument("--seed", type=_whole, metavar="N", help="for models that take one")
    run.add_argument("--title", metavar="TEXT", help="the session's title")
    run.add_argument("--tag", metavar="TAG", nargs="+", action="extend", help="tags for the session")
    _caps(run)
    _json(run)
    _log(run)
    batch = _add(commands, "batch", "batch:batch", "run scenarios with several models and personas, and compare them")
    batch.add_argument("scenario", nargs="+", metavar="SCENARIO", help="names, or paths of files")
    batch.add_argument(
        "--model", metavar="P:M", nargs="+", action="extend", help="run each scenario with each of these"
    )
    batch.add_argument("--persona", metavar="NAME", nargs="+", action="extend", help="and as each of these personas")
    batch.add_argument("--n", type=_whole, default=1, metavar="N", help="run each combination N times (default: 1)")
    batch.add_argument(
        "--at-once", type=_whole, default=4, metavar="N", help="how many runs go on at once (default: 4)"
    )
    batch.add_argument(
        "--seed", type=_whole, metavar="N", help="for models that take one; each further run takes the next number"
    )
    batch.add_argument("--tag", metavar="TAG", nargs="+", action="extend", help="tags for the sessions")
    _caps(batch)
    _json(batch)
    _log(batch)
    resume = _add(commands, "resume", "running:resume", "go on with a session where it stands")
    resume.add_argument("session", metavar="SESSION", help=_SESSION)
    resume.add_argument("--headless", action="store_true", help="no app: run to the end or to the first hold")
    resume.add_argument("--say", metavar="TEXT", nargs="+", action="extend", help="what the user says next")
    resume.add_argument("--attach", metavar="FILE", nargs="+", action="extend", help=_ATTACH)
    _caps(resume)
    _on_difference(resume)
    _json(resume)
    _log(resume)


def _debugging(commands: Commands) -> None:
    opened = _add(commands, "open", "app:opened", "open a session in the app; opening runs nothing")
    opened.add_argument("session", metavar="SESSION", help=_SESSION)
    debug = _add(
        commands, "debug", "debugging:debug", "debug a session or a new run at a prompt, or by a script of verbs"
    )
    debug.add_argument("session", metavar="SESSION|SCENARIO", help="a saved session, or a scenario to start")
    debug.add_argument("--commands", metavar="FILE", help="a script of verbs, one a line (also: piped input)")
    replay = _add(
        commands, "replay", "replaying:replay", "check a recording against the rules; touches no model or tool"
    )
    replay.add_argument("session", metavar="SESSION", help=_SESSION)
    live = replay.add_mutually_exclusive_group()
    live.add_argument("--live-model", action="store_true", help="ask the model anew; tools answer from the recording")
    live.add_argument("--live-tools", action="store_true", help="run the tools anew; the model answers as recorded")
    replay.add_argument("--model", metavar="P:M", help="ask another model than the recorded one; with --live-model")
    _on_difference(replay)
    _json(replay)
    fork = _add(commands, "fork", "forking:fork", "leave a session at a place in its past; --n runs several forks")
    fork.add_argument("place", metavar="SESSION@SEQ", help="a session, and the event after which the fork leaves it")
    fork.add_argument("--n", type=int, metavar="N", help="make N forks, and run each to its end or first hold")
    fork.add_argument("--model", metavar="P:M", help="another model for the agent")
    fork.add_argument("--persona", metavar="NAME", help="another persona for the agent")
    _json(fork)
    diff = _add(commands, "diff", "comparing:diff", "compare two sessions, branches or places in them")
    diff.add_argument("left", metavar="A", help="SESSION, SESSION/BRANCH, or either with @SEQ")
    diff.add_argument("right", metavar="B", help="as A")
    diff.add_argument("--html", metavar="FILE", help="write the comparison as one HTML file too")
    _json(diff)
    settle = _add(commands, "settle", "running:settle", "rule on a call in doubt, or on a partial answer")
    settle.add_argument("session", metavar="SESSION", help=_SESSION)
    settle.add_argument("call", metavar="CALL", help="the call's id, as 'sessions show' lists it")
    ruling = settle.add_mutually_exclusive_group(required=True)
    ruling.add_argument("--ran", metavar="RESULT", help="it happened, and this is its result")
    ruling.add_argument("--not-run", action="store_true", help="it did not happen; the agent is told so")
    ruling.add_argument("--again", action="store_true", help="run it again when the session goes on")
    ruling.add_argument("--leave", action="store_true", help="leave it in doubt")
    ruling.add_argument("--verify", action="store_true", help="go by what the tool's own check finds out")
    ruling.add_argument("--accept", action="store_true", help="a partial answer counts as it came")
    ruling.add_argument("--discard", action="store_true", help="a partial answer is dropped, and asked for again")
    _json(settle)


def _sessions(commands: Commands) -> None:
    sessions = commands.add_parser("sessions", help="list, show, search, tag, remove and export saved sessions")
    sessions.set_defaults(handler="sessions:listed", text="", limit=None, json=False, tag=None)
    verbs = sessions.add_subparsers(metavar="VERB", title="verbs")
    listed = _add(verbs, "list", "sessions:listed", "saved sessions, newest first")
    listed.add_argument("text", nargs="?", default="", metavar="TEXT", help="words in title, model, persona or tags")
    listed.add_argument("--limit", type=_some, metavar="N", help="at most N of them (default: 50; with --json all)")
    listed.add_argument("--tag", metavar="TAG")
    _json(listed)
    show = _add(verbs, "show", "sessions:show", "what was said and done in a session")
    show.add_argument("session", metavar="SESSION", help=_SESSION)
    _json(show)
    search = _add(verbs, "search", "sessions:search", "find words in what was said, called and returned, newest first")
    search.add_argument("words", metavar="WORD", nargs="+")
    search.add_argument("--limit", type=_some, default=50, metavar="N", help="at most N of them (default: 50)")
    _json(search)
    tag = _add(verbs, "tag", "sessions:tag", "add tags, or take them away")
    tag.add_argument("session", metavar="SESSION", help=_SESSION)
    tag.add_argument("tags", metavar="TAG", nargs="+")
    tag.add_argument("--remove", action="store_true", help="take these tags away")
    title = _add(verbs, "title", "sessions:title", "give a session another title")
    title.add_argument("session", metavar="SESSION", help=_SESSION)
    title.add_argument("title", metavar="TITLE")
    remove = _add(verbs, "rm", "sessions:remove", "remove sessions, with all their branches, for good")
    remove.add_argument("sessions", metavar="SESSION", nargs="+")
    remove.add_argument("--yes", action="store_true", help="do not ask")
    export = _add(verbs, "export", "exchanging:export", "write a session in another form")
    export.add_argument("session", metavar="SESSION", help=_SESSION)
    export.add_argument("--format", choices=("jsonl", "openai", "html", "otel", "trace", "pytest"), default="jsonl")
    export.add_argument("--out", metavar="FILE", help="default: stdout")
    imported = _add(
        commands, "import", "exchanging:load", "take in runs recorded elsewhere; the format is found by itself"
    )
    imported.add_argument("file", metavar="FILE")
    imported.add_argument("--tag", metavar="TAG", nargs="+", action="extend", help="tags for the sessions")
    _json(imported)

    trace = commands.add_parser("trace", help="exported traces: validate, schema")
    trace.set_defaults(handler="tracing:schema", out=None)
    verbs = trace.add_subparsers(metavar="VERB", title="verbs")
    validate = _add(verbs, "validate", "tracing:validate", "check a trace, and its signatures against the personas")
    validate.add_argument("file", metavar="FILE")
    _json(validate)
    schema = _add(verbs, "schema", "tracing:schema", "the JSON schema of a trace's lines")
    schema.add_argument("--out", metavar="FILE", help="default: stdout")


def _criteria(commands: Commands) -> None:
    criteria = commands.add_parser("criteria", help="hold criteria against recorded runs, and add up many runs")
    criteria.set_defaults(handler="criteria:report", sessions=[], tag=None, json=False)
    verbs = criteria.add_subparsers(metavar="VERB", title="verbs")
    tried = _add(verbs, "try", "criteria:attempt", "hold new criteria against recorded runs, for free")
    tried.add_argument("what", metavar="FILE|EXPR", help="criteria, a scenario, an expression, or 'task'")
    tried.add_argument("sessions", metavar="SESSION", nargs="+")
    _json(tried)
    report = _add(verbs, "report", "criteria:report", "completion rates, failures by criterion and by parse fallback")
    report.add_argument("sessions", metavar="SESSION", nargs="*", help="default: all saved sessions")
    report.add_argument("--tag", metavar="TAG", help="only sessions with this tag")
    _json(report)


def _catalog(commands: Commands, kind: str, about: str, show: str) -> tuple[Commands, _Parser]:
    """What both kinds of files have; gives the verbs, and `show`, whose handler is named."""
    group = commands.add_parser(f"{kind}s", help=about)
    group.set_defaults(handler="catalogs:listed", kind=kind, json=False)
    verbs = group.add_subparsers(metavar="VERB", title="verbs")
    _json(_add(verbs, "list", "catalogs:listed", f"the {kind}s of the workspace and the shipped ones"))
    shown = _add(verbs, "show", show, f"one of the {kind}s, whole")
    shown.add_argument("name", metavar="NAME")
    validate = _add(verbs, "validate", "catalogs:validate", "check files; without any, all of them")
    validate.add_argument("files", metavar="NAME|FILE", nargs="*")
    new = _add(verbs, "new", "catalogs:new", "write a commented file to begin with")
    new.add_argument("name", metavar="NAME")
    schema = _add(verbs, "schema", "catalogs:schema", "the JSON schema of the files")
    schema.add_argument("--out", metavar="FILE", help="default: stdout")
    return verbs, shown


def _catalogs(commands: Commands) -> None:
    about = "who an agent can be: list, show, validate, new, schema, diff, import, export"
    verbs, show = _catalog(commands, "persona", about, "personas:show")
    show.add_argument("--rendered", action="store_true", help="the prompt, and which line came from where")
    _json(show)
    diff = _add(verbs, "diff", "personas:diff", "how a persona changed between two runs, or two personas differ")
    diff.add_argument("left", metavar="A", help="a persona, or a session whose agent had one")
    diff.add_argument("right", metavar="B", help="the same")
    _json(diff)
    imported = _add(verbs, "import", "personas:load", "take in personas of other programs; the form is found by itself")
    imported.add_argument("file", metavar="FILE")
    imported.add_argument("--name", metavar="NAME", help="what it is called here, where the file holds one persona")
    _json(imported)
    export = _add(verbs, "export", "personas:export", "write a persona, whole or as its file says it")
    export.add_argument("name", metavar="NAME")
    export.add_argument("--format", choices=("yaml", "json"), default="yaml")
    export.add_argument("--whole", action="store_true", help="with its base and fragments merged in")
    export.add_argument("--out", metavar="FILE", help="default: stdout")
    _, show = _catalog(commands, "scenario", "what can be run: list, show, validate, new, schema", "catalogs:show")
    _json(show)


def _models_and_tools(commands: Commands) -> None:
    models = commands.add_parser("models", help="what is reachable, and why something is not: list, test")
    models.set_defaults(handler="models:listed", json=False)
    verbs = models.add_subparsers(metavar="VERB", title="verbs")
    _json(_add(verbs, "list", "models:listed", "every reachable model and what is known of it"))
    tried = _add(verbs, "test", "models:tried", "one small call, one tool call, one stream: what works")
    tried.add_argument("model", metavar="P:M")
    _json(tried)
    tools = commands.add_parser("tools", help="what agents may call, and why something cannot be had")
    tools.set_defaults(handler="tools:listed", json=False)
    _json(_add(tools.add_subparsers(metavar="VERB", title="verbs"), "list", "tools:listed", "every tool there is"))
    mcp = commands.add_parser("mcp", help="the MCP servers of the workspace: list, test")
    mcp.set_defaults(handler="tools:servers", json=False)
    verbs = mcp.add_subparsers(metavar="VERB", title="verbs")
    _json(_add(verbs, "list", "tools:servers", "the servers that workbench.toml names; starts none"))
    test = _add(
        verbs, "test", "tools:test_servers", "start servers and tell what they have; without names, all of them"
    )
    test.add_argument("names", metavar="NAME", nargs="*")
    _json(test)
    usage = _add(commands, "usage", "usage:usage", "what models and tools used: tokens, calls, time and money")
    usage.add_argument(
        "--by", choices=("model", "scenario", "persona", "actor", "day"), default="model", help="(default: model)"
    )
    usage.add_argument("--session", metavar="SESSION", help="only this session, all its branches")
    usage.add_argument("--since", metavar="DAY", help="only since this day (UTC), as 2026-11-24, or so many days back")
    _json(usage)
    doctor = _add(commands, "doctor", "doctor:doctor", "check the workspace, its database and files, and this machine")
    _json(doctor)
    init = _add(commands, "init", "doctor:init", "make a workspace")
    init.add_argument("dir", metavar="DIR", nargs="?", default=".")
