"""Counting must never cost an answer."""

import sys
from pathlib import Path

from tests.processes import environment, run

CODE = """
import shutil, sys
from flask import Blueprint, Response
from marketplace.infrastructure.application import metrics
from marketplace.infrastructure.application.factory import ApplicationSettings, create
from marketplace.infrastructure.application.logging import configure

configure(level="ERROR")
things = Blueprint("things", __name__)
things.get("/things")(lambda: Response("x"))

class PlainApi:
    def __init__(self, app): self.app = app
    def register_blueprint(self, blueprint): self.app.register_blueprint(blueprint)

app = create(settings=ApplicationSettings(), api_class=PlainApi, blueprints=[things])
client = app.test_client()
shutil.rmtree(sys.argv[1])
metrics.name_process(7)
print([client.get("/things").status_code for _ in range(3)])
print(client.get("/metrics").status_code)
"""


def test_without_its_directory_requests_are_answered_and_one_line_is_logged(tmp_path: Path) -> None:
    directory = tmp_path / "metrics"
    directory.mkdir()
    env = environment("", PROMETHEUS_MULTIPROC_DIR=str(directory))
    done = run(sys.executable, "-c", CODE, str(directory), env=env)
    assert done.returncode == 0, done.stderr
    assert "[200, 200, 200]\n" in done.stdout
    assert done.stdout.endswith("200\n")
    assert done.stdout.count("Requests are not counted any more") == 1
