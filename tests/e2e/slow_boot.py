"""gunicorn's configuration with workers that take their time to boot."""

import time
from typing import Any

from marketplace.infrastructure.application import gunicorn
from marketplace.infrastructure.application.gunicorn import *  # noqa: F403


def post_fork(server: Any, worker: Any) -> None:
    time.sleep(1)
    gunicorn.post_fork(server, worker)
