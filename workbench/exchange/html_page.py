"""HTML pages that stand alone: one file, no script, nothing fetched; any text that is no markup of ours is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from workbench.safe_text import safe_text


class Html(str):
    """Markup as it stands. Only this module makes it; any other string that goes into a page is escaped."""

    __slots__ = ()


def element(tag: str, *children: str, kind: str = "", id: str = "", link: str = "") -> Html:
    """An element around its children.

    Args:
        kind: its class; id: its anchor; link: the anchor that it leads to.
    """
    attributes = {"class": kind, "id": id, "href": f"#{link}" if link else ""}
    told = "".join(f' {name}="{_escaped(value)}"' for name, value in attributes.items() if value)
    return Html(f"<{tag}{told}>{''.join(map(_escaped, children))}</{tag}>")


def joined(pieces: Iterable[str]) -> Html:
    """The pieces one after the other."""
    return Html("".join(map(_escaped, pieces)))


def folded(summary: str, *children: str, kind: str = "", open: bool = False) -> Html:
    """A line that can be opened to show the children."""
    inner = joined([element("summary", summary), *children])
    return Html(f'<details class="{_escaped(kind)}"{" open" if open else ""}>{inner}</details>')


def table(head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> Html:
    """A table; cells are text or markup."""
    lines = [element("tr", *[element("td", cell) for cell in row]) for row in rows]
    top = element("thead", element("tr", *[element("th", word) for word in head])) if head else Html()
    return element("table", top, element("tbody", *lines), kind=kind)


def meter(used: float, limit: float) -> Html:
    """How much of a limit is used, drawn."""
    return Html(f'<meter value="{min(used, limit):.6g}" max="{limit:.6g}" high="{limit * 0.8:.6g}"></meter>')


def page(title: str, *body: str) -> str:
    """The whole document."""
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{_escaped(title)}</title>\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline';"
        " base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{joined(body)}\n</body>\n</html>\n"
    )


def _escaped(text: str) -> str:
    return text if isinstance(text, Html) else escape(safe_text(text))


_STYLE = """
:root { --ground: #fbfbfa; --card: #fff; --text: #1d1f21; --grey: #63686e; --line: #dfe1e4; --accent: #0b62a8;
  --good: #1a7f4b; --bad: #b3261e; --held: #8a5a00; --gone: #fbdcd9; --new: #d3f1de; --code: #f3f4f5; }
@media (prefers-color-scheme: dark) { :root { --ground: #141618; --card: #1b1e21; --text: #e4e6e8; --grey: #979da4;
  --line: #33383d; --accent: #6bb5f0; --good: #58c98b; --bad: #f28b82; --held: #e5b567; --gone: #55221f; --new: #1c4630;
  --code: #212528; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 5rem; max-width: 62rem; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
body:has(.pair) { max-width: 92rem; }
h1 { font-size: 1.45rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 2.2rem 0 .6rem; }
p { margin: .25rem 0; } a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
.grey { color: var(--grey); } .good { color: var(--good); } .bad { color: var(--bad); } .held { color: var(--held); }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
.code, .code pre { font: 13px/1.5 ui-monospace, monospace; } pre.code { background: var(--code); padding: .5rem .7rem;
  border-radius: 5px; margin-top: .3rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: var(--grey); font-size: .85rem; }
th, td { padding: .28rem .8rem .28rem 0; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: anywhere; }
table.facts { width: auto; min-width: 50%; } table.facts td:first-child { color: var(--grey); white-space: nowrap; }
table.steps td:first-child, table.log td:nth-child(-n+3) { white-space: nowrap; color: var(--grey); }
summary { cursor: pointer; } summary:hover { color: var(--accent); }
meter { width: 9rem; vertical-align: middle; }
.message { background: var(--card); border: 1px solid var(--line); border-left: 3px solid var(--line);
  border-radius: 6px; padding: .55rem .85rem .65rem; margin: .55rem 0; min-width: 0; }
.message:target { outline: 2px solid var(--accent); }
.message header { display: flex; gap: .7rem; font-size: .85rem; color: var(--grey); margin-bottom: .2rem; }
.message header b { color: var(--text); } .message header span:last-child { margin-left: auto; }
.user { border-left-color: var(--accent); } .assistant { border-left-color: var(--good); }
.call, .result { margin-left: 1.6rem; border-left-color: var(--held); } .failed { border-left-color: var(--bad); }
.note { color: var(--grey); font-size: .85rem; margin: .45rem 0 .45rem .2rem; overflow-wrap: anywhere; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 .9rem; align-items: start; }
.pair .call, .pair .result { margin-left: 0; }
.stretch { margin: .55rem 0; } .stretch > summary { color: var(--grey); padding: .3rem .85rem;
  border: 1px dashed var(--line); border-radius: 6px; }
.first { border: 2px solid var(--accent); border-radius: 9px; padding: 0 .6rem; }
del { background: var(--gone); text-decoration: underline dotted var(--bad); }
ins { background: var(--new); text-decoration: underline dotted var(--good); }
@media (max-width: 44rem) { .pair { grid-template-columns: minmax(0, 1fr); } }
@media print { body { max-width: none; padding: 0; } }
"""
