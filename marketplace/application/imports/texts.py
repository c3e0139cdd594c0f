"""Descriptions come as HTML, and are kept as the text that is to be read."""

import html
import re
from html.parser import HTMLParser

_TAG = re.compile(r"<[a-zA-Z/!?]")
_SILENT = frozenset({"script", "style", "template", "iframe", "object", "noscript", "head"})
_BREAKS = frozenset({"br", "tr", "dt", "dd", "caption", "option"})
_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "center", "details", "div", "dl"),
        *("fieldset", "figure", "figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5"),
        *("h6", "header", "hr", "html", "main", "nav", "ol", "p", "pre", "section", "summary"),
        *("table", "tbody", "tfoot", "thead", "ul"),
    }
)
_INLINE = frozenset(
    {
        *("a", "abbr", "audio", "b", "bdi", "bdo", "big", "button", "cite", "code", "col"),
        *("colgroup", "data", "del", "dfn", "em", "embed", "font", "i", "img", "input", "ins"),
        *("kbd", "label", "link", "mark", "meta", "picture", "q", "s", "samp", "select", "small"),
        *("source", "span", "strike", "strong", "sub", "sup", "svg", "textarea", "time", "title"),
        *("tt", "u", "var", "video", "wbr"),
    }
)
_HTML = _SILENT | _BREAKS | _BLOCKS | _INLINE | {"li", "td", "th"}


def from_html(source: str) -> str:
    """The text of `source`, without tags, scripts and styles.

    Without a tag it is taken as it is, line breaks and all, and only references such as `&amp;`
    are resolved. Tags that HTML does not know stay: `<stdio.h>` is none.
    """
    if _TAG.search(source) is None:
        return html.unescape(source)
    reader = _Reader()
    reader.feed(source)
    reader.close()
    if not reader.has_tags:
        return html.unescape(source)
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.has_tags = False
        self._parts: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _HTML:
            self._say(self.get_starttag_text() or "")
            return
        self.has_tags = True
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag == "li":
            self._say("\n- ")
        else:
            self._part(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.has_tags = True
        else:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _HTML:
            self._say(f"</{tag}>")
            return
        self.has_tags = True
        if tag in self._silent:
            while self._silent.pop() != tag:
                continue
        elif tag not in _BREAKS:
            self._part(tag)

    def handle_comment(self, data: str) -> None:
        self.has_tags = True

    def handle_decl(self, decl: str) -> None:
        self.has_tags = True

    def handle_pi(self, data: str) -> None:
        self.has_tags = True

    def handle_data(self, data: str) -> None:
        self._say(re.sub(r"\s+", " ", data))

    def text(self) -> str:
        lines = re.sub(r"[^\S\n]*\n[^\S\n]*", "\n", re.sub(r"[^\S\n]+", " ", "".join(self._parts)))
        return re.sub(r"\n{3,}", "\n\n", lines).strip()

    def _part(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._say("\n\n")
        elif tag in _BREAKS:
            self._say("\n")
        elif tag in ("td", "th"):
            self._say(" ")

    def _say(self, text: str) -> None:
        if not self._silent:
            self._parts.append(text)
