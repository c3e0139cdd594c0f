"""The table of settings, of `marketplace.config` and the words of `.env.default`."""

import dataclasses
import html

from docs.generators import ROOT
from marketplace.config import PREFIX, Settings, walk


def generate() -> str:
    """A section for each comment of `.env.default`, with the settings that it is about."""
    fields = dict(walk(Settings))
    lines: list[str] = []
    words: list[str] = []
    told: list[str] = []

    def flush() -> None:
        if told:
            lines.extend(["", _prose(words), "", "| setting | default |", "|---|---|"])
            lines.extend(_row(name, fields[name]) for name in told)
            words.clear()
            told.clear()

    for line in (ROOT / ".env.default").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"#{PREFIX}__"):
            told.append(line[1:].partition("=")[0])
        elif line.startswith("# "):
            flush()
            words.append(line[2:])
        elif not told:
            # The file's own introduction.
            words.clear()
    flush()
    return "\n".join(lines)


def _prose(words: list[str]) -> str:
    return html.escape(" ".join(words), quote=False).replace("*", "\\*")


def _row(name: str, field: dataclasses.Field[object]) -> str:
    default = field.default
    if default is dataclasses.MISSING:
        shown = "required"
    elif default in ("", ()):
        shown = "none"
    elif isinstance(default, bool):
        shown = "`on`" if default else "`off`"
    elif isinstance(default, tuple):
        shown = f"`{','.join(default)}`"
    else:
        shown = f"`{default}`"
    return f"| `{name}` | {shown} |"
