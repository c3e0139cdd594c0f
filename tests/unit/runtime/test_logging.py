import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from loguru import logger

from marketplace.infrastructure.application.logging import LogFile, configure, request_context


@pytest.fixture(autouse=True)
def _plain_logging_afterwards() -> Iterator[None]:
    yield
    configure()


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_is_json_and_names_its_request(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    request_context.set({"request_id": "r1"})
    logger.bind(order="o1").info("Placed {}", 'one "order"\n')
    request_context.set(None)
    logger.info("later")
    first, second = lines(capsys.readouterr().out)
    assert first["message"] == 'Placed one "order"\n'
    assert (first["level"], first["request_id"], first["order"]) == ("INFO", "r1", "o1")
    assert str(first["time"]).endswith("+00:00")
    assert second["request_id"] == "-"


def test_the_standard_library_logs_here(capsys: pytest.CaptureFixture[str]) -> None:
    configure(level="WARNING")
    logging.getLogger("some.library").warning("careful %s", "now")
    logging.getLogger("some.library").info("unheard")
    logging.getLogger("some.library").log(35, "odd level")
    first, second = lines(capsys.readouterr().out)
    assert (first["message"], first["logger"]) == ("careful now", "some.library")
    assert second["message"] == "odd level"


def test_an_error_carries_its_traceback_but_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    password = "hunter2"
    try:
        raise ValueError(len(password))
    except ValueError:
        logger.exception("It failed")
    [line] = lines(capsys.readouterr().out)
    assert "ValueError: 7" in str(line["exception"])
    assert password not in json.dumps(line)


def test_the_file_has_the_process_in_its_name(tmp_path: Path) -> None:
    configure(file=LogFile(name="shop", directory=str(tmp_path)))
    logger.info("kept")
    [file] = tmp_path.iterdir()
    assert file.name == f"shop.{os.getpid()}.log"
    assert lines(file.read_text(encoding="utf-8"))[0]["message"] == "kept"


def test_the_file_has_a_format_rotates_and_compresses(tmp_path: Path) -> None:
    file = LogFile(
        name="shop-{pid}",
        directory=str(tmp_path / "{odd}"),
        format="{level}|{extra[request_id]}|{message}",
        rotation="100 B",
        compression="gz",
    )
    configure(file=file)
    for n in range(10):
        logger.info("line {} of some length", n)
    current = tmp_path / "{odd}" / f"shop-{os.getpid()}.log"
    assert current.read_text(encoding="utf-8").splitlines()[-1] == "INFO|-|line 9 of some length"
    assert list(current.parent.glob("*.gz"))


def test_a_forked_process_writes_a_file_of_its_own(tmp_path: Path) -> None:
    configure(file=LogFile(name="shop", directory=str(tmp_path)))
    logger.info("parent")
    child = os.fork()
    if child == 0:
        logger.info("child")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    logger.info("parent again")
    said = {
        file.name: [line["message"] for line in lines(file.read_text(encoding="utf-8"))]
        for file in tmp_path.iterdir()
    }
    assert said == {
        f"shop.{os.getpid()}.log": ["parent", "parent again"],
        f"shop.{child}.log": ["child"],
    }
