"""gunicorn's configuration with workers that take their time to boot."""

import time
from typing import Any

from marketplace.infrastructure.application import gunicorn


def _boot_slowly(server: Any, worker: Any) -> None:
    time.sleep(1)
    gunicorn.post_fork(server, worker)


globals().update(
    {name: value for name, value in vars(gunicorn).items() if not name.startswith("_")}
)
post_fork = _boot_slowly
