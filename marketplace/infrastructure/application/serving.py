"""Becoming a gunicorn that serves the application."""

import os
import sys
from typing import NoReturn

CONFIGURATION = "python:marketplace.infrastructure.application.gunicorn"


def become_gunicorn(
    application: str,
    *,
    host: str,
    port: int,
    workers: int,
    threads: int,
    max_requests: int,
    graceful_timeout: int,
) -> NoReturn:
    """Let gunicorn take this process's place, with the same process id and signals.

    `application` is a module and what makes the application in it, `module:function()`. No
    `workers` means one per core.
    """
    arguments = {
        "--config": CONFIGURATION,
        "--bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "--threads": threads,
        "--max-requests": max_requests,
        "--max-requests-jitter": max_requests // 10,
        "--graceful-timeout": graceful_timeout,
    }
    if workers:
        arguments["--workers"] = workers
    command = [sys.executable, "-m", "gunicorn", application]
    for name, value in arguments.items():
        command += [name, str(value)]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, command)  # noqa: S606  no shell, our own arguments
