"""Finds what the documentation names and the code does not have.

In back quotes, a path below one of the roots has to exist, and `path::name` has to name something
that the file defines or sets.
"""

import re

from docs.generators import ROOT

ROOTS = (
    "marketplace",
    "migrations",
    "tests",
    "docs",
    "http",
    "examples",
    "benchmarks",
    "chaos",
    ".ci",
)
FILES = (
    "wsgi.py",
    "gunicorn.conf.py",
    "setup.cfg",
    "tox.ini",
    "pyproject.toml",
    "mkdocs.yml",
    ".env.default",
    ".pre-commit-config.yaml",
    "Dockerfile",
    "compose.yaml",
)
_ROOTS = "|".join(re.escape(root) for root in ROOTS)
_FILES = "|".join(re.escape(name) for name in FILES)
_PATH = re.compile(rf"`((?:{_ROOTS})/[\w./*-]*|{_FILES})(?:::([\w.]+))?`")


def missing(markdown: str) -> list[str]:
    """One sentence for each reference that leads nowhere."""
    faults = []
    for path, name in dict.fromkeys(_PATH.findall(markdown)):
        found = sorted(ROOT.glob(path.rstrip("/")))
        if not found:
            faults.append(f"{path} does not exist")
        elif name and not _defines(found[0].read_text(encoding="utf-8"), name):
            faults.append(f"{path} does not define {name}")
    return faults


def _defines(source: str, name: str) -> bool:
    last = re.escape(name.rpartition(".")[2])
    return bool(
        re.search(
            rf"^\s*(?:async def|def|class) {last}\b|^\s*{last}\b\s*[:=]", source, re.MULTILINE
        )
    )
