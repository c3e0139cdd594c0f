"""Every distribution that the project asks for has its line of reason."""

import configparser
import re

from docs.generators import ROOT

PAGE = ROOT / "docs" / "adr" / "0015-dependencies.md"
_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def unexplained() -> list[str]:
    """One sentence for each distribution that the page lacks, or tells of in vain."""
    rows = re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    told = {name.lower() for name in rows}
    wanted = required() | tools()
    return [f"{name} has no reason" for name in sorted(wanted - told)] + [
        f"{name} is explained and not required" for name in sorted(told - wanted)
    ]


def required() -> set[str]:
    """What setup.cfg asks for."""
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    lists = [
        parser["options"]["install_requires"],
        *dict(parser["options.extras_require"]).values(),
    ]
    return {name for text in lists for name in _names(text)}


def tools() -> set[str]:
    """What tox.ini asks for beside that, and pyproject.toml for building."""
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "tox.ini", encoding="utf-8")
    named = _names(parser["tox"]["requires"])
    for section in parser.sections():
        if section == "versions":
            for text in parser[section].values():
                named |= _names(text)
        elif section.startswith("testenv"):
            named |= _names(parser[section].get("deps", ""))
    return named | {"tox", "setuptools"}


def _names(text: str) -> set[str]:
    lines = [line.strip() for line in text.splitlines()]
    return {found[0].lower() for line in lines if (found := _REQUIREMENT.match(line))}
