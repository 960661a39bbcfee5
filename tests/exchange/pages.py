"""A page as a browser takes it apart: its elements, its text, and whether it stands alone."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = frozenset(("meta", "br"))


class Page(HTMLParser):
    """The page `text`; every element must be closed in its turn.

    Attributes:
        tags: the elements in order, each with its attributes.
        text: all that is shown, outside of the style.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data

    def kinds(self, tag: str) -> list[str]:
        """The classes of the elements with this tag."""
        return [attributes.get("class") or "" for name, attributes in self.tags if name == tag]

    @property
    def links(self) -> list[str]:
        return [str(attributes["href"]) for _, attributes in self.tags if "href" in attributes]

    @property
    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.tags if "id" in attributes]


def stands_alone(text: str) -> Page:
    """The page, which must fetch nothing, run nothing and lead nowhere else."""
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "form", "object", "base"} & {tag for tag, _ in page.tags}
    names = {name for _, attributes in page.tags for name in attributes}
    assert not [name for name in names if name.startswith("on") or name in {"src", "style", "srcset"}]
    assert "url(" not in text.partition("</style>")[0]
    assert "@import" not in text.partition("</style>")[0]
    policy = [attributes["content"] for _, attributes in page.tags if "http-equiv" in attributes]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"]
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    assert len(page.ids) == len(set(page.ids))
    return page
