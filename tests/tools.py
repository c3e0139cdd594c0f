"""Programs that some tests drive and that Python packages do not bring."""

import os
import shutil

import pytest


def require(*names: str) -> str:
    """The path of the first of `names` that is installed.

    Without one of them the test is skipped with the reason, or fails where CI is set: there a
    missing tool is a fault of the machine and must not pass for a green run.
    """
    for name in names:
        if path := shutil.which(name):
            return path
    reason = f"needs {' or '.join(names)}"
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI is set")
    pytest.skip(reason)
