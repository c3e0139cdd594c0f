"""What the container files say, read by parsers, for no engine runs where the tests do."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from marketplace.config import Http, Imports, Media, Server, Settings
from marketplace.presentation.rest.codes import CODES
from marketplace.presentation.rest.uploads import ROOM

ROOT = Path(__file__).resolve().parents[2]
PINNED = re.compile(r"[a-z0-9./-]+:\d+(\.\d+)*(-[a-z0-9]+)*")
SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|DATABASE__URL")
Service = dict[str, Any]


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Every instruction of a Dockerfile and what follows it, comments and continuations undone."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n", " ", "\n".join(lines)).splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            yield name, rest.strip()


@pytest.fixture(scope="module")
def dockerfile() -> list[tuple[str, str]]:
    return list(instructions((ROOT / "Dockerfile").read_text("utf-8")))


@pytest.fixture(scope="module")
def final_stage(dockerfile: list[tuple[str, str]]) -> list[tuple[str, str]]:
    starts = [index for index, (name, _) in enumerate(dockerfile) if name == "FROM"]
    return dockerfile[starts[-1] :]


def copied(dockerfile: list[tuple[str, str]]) -> list[str]:
    """What is copied out of the checkout."""
    return [
        source
        for name, rest in dockerfile
        if name == "COPY" and not rest.startswith("--from=")
        for source in rest.split()[:-1]
    ]


def test_the_parser_undoes_continuations_and_comments() -> None:
    text = "# syntax\nFROM a:1 AS b\nRUN one \\\n  # why\n  && two\n\nCMD x\n"

    assert list(instructions(text)) == [
        ("FROM", "a:1 AS b"),
        ("RUN", "one    && two"),
        ("CMD", "x"),
    ]


def test_the_image_knows_its_instructions(dockerfile: list[tuple[str, str]]) -> None:
    known = {"FROM", "WORKDIR", "RUN", "COPY", "ENV", "USER", "EXPOSE", "HEALTHCHECK", "CMD"}

    assert {name for name, _ in dockerfile} <= known


def test_base_images_are_pinned(dockerfile: list[tuple[str, str]]) -> None:
    bases = [rest.split()[0] for name, rest in dockerfile if name == "FROM"]

    assert bases
    assert [base for base in bases if not PINNED.fullmatch(base)] == []


def test_what_is_copied_exists_and_reaches_the_build(dockerfile: list[tuple[str, str]]) -> None:
    sent = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }

    assert [source for source in copied(dockerfile) if not (ROOT / source).exists()] == []
    assert set(copied(dockerfile)) == sent


def test_nothing_else_reaches_the_build() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]

    assert rules[0] == "*"


def test_the_image_holds_what_the_wheel_is_made_of(dockerfile: list[tuple[str, str]]) -> None:
    assert set(copied(dockerfile)) >= {
        "LICENSE",
        "README.md",
        "marketplace",
        "migrations",
        "pyproject.toml",
        "setup.cfg",
    }


def test_the_image_runs_as_nobody_special(final_stage: list[tuple[str, str]]) -> None:
    users = [rest for name, rest in final_stage if name == "USER"]

    assert len(users) == 1
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", users[0])
    # Files are put there before, by root: the process cannot change its own code.
    names = [name for name, _ in final_stage]
    assert not {"COPY", "RUN"} & set(names[names.index("USER") :])


def test_the_image_is_checked_and_serves(final_stage: list[tuple[str, str]]) -> None:
    found = dict(final_stage)

    assert "/health/ready" in found["HEALTHCHECK"]
    assert found["CMD"] == '["marketplace", "serve"]'
    assert found["EXPOSE"] == "8000"


def test_the_image_holds_no_secret(dockerfile: list[tuple[str, str]]) -> None:
    names = {
        word.partition("=")[0]
        for instruction, rest in dockerfile
        if instruction in {"ENV", "ARG"}
        for word in shlex.split(rest)
    }

    assert [name for name in names if SECRET.search(name)] == []
    assert {name for name in names if name.startswith("MARKETPLACE__")} <= set(Settings.names())


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Service]:
    found: dict[str, Service] = compose["services"]
    return found


def test_only_known_keys(compose: dict[str, Any], services: dict[str, Service]) -> None:
    top = {key for key in compose if not key.startswith("x-")}
    known = {
        *("build", "cap_drop", "command", "depends_on", "entrypoint", "environment"),
        *("healthcheck", "image", "init", "logging", "networks", "ports", "read_only"),
        *("restart", "security_opt", "shm_size", "stop_grace_period", "tmpfs", "user", "volumes"),
    }

    assert top == {"name", "services", "networks", "volumes"}
    assert {key for service in services.values() for key in service} <= known


def test_the_services_are_these(services: dict[str, Service]) -> None:
    assert services.keys() == {"postgres", "migrate", "web", "worker", "nginx"}


def test_images_are_pinned_or_built_here(services: dict[str, Service]) -> None:
    loose = [
        name
        for name, service in services.items()
        if "build" not in service and not PINNED.fullmatch(service["image"])
    ]

    assert loose == []
    assert {service["build"] for service in services.values() if "build" in service} == {"."}


def test_references_lead_somewhere(compose: dict[str, Any], services: dict[str, Service]) -> None:
    for name, service in services.items():
        assert set(service["networks"]) <= compose["networks"].keys(), name
        assert service.get("depends_on", {}).keys() <= services.keys(), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).is_file(), source
                assert volume.endswith(":ro"), volume
            else:
                assert source in compose["volumes"], source


def test_conditions_can_come_true(services: dict[str, Service]) -> None:
    """A service is waited for until it is healthy only if it is checked, or until it is done
    only if it ends."""
    for service in services.values():
        for name, wait in service.get("depends_on", {}).items():
            other = services[name]
            if wait["condition"] == "service_healthy":
                # The image of the application brings its own check.
                check = other.get(
                    "healthcheck", {"test": "of the image"} if "build" in other else {}
                )
                assert check.get("test"), name
            else:
                assert wait["condition"] == "service_completed_successfully"
                assert other["restart"] == "no", name


def test_nothing_serves_before_the_migration(services: dict[str, Service]) -> None:
    for name in ("web", "worker"):
        wait = services[name]["depends_on"]["migrate"]
        assert wait == {"condition": "service_completed_successfully"}
    assert services["nginx"]["depends_on"]["web"]["condition"] == "service_healthy"


def test_the_processes_are_commands_of_ours(services: dict[str, Service]) -> None:
    commands = {name: services[name]["command"] for name in ("migrate", "web", "worker")}

    assert commands == {
        "migrate": ["marketplace", "migrate"],
        "web": ["marketplace", "serve"],
        "worker": ["marketplace", "worker"],
    }
    # The check of the image asks a web server, which the others are not.
    assert services["worker"]["healthcheck"] == services["migrate"]["healthcheck"]
    assert services["worker"]["healthcheck"] == {"disable": True}


def test_settings_exist(services: dict[str, Service]) -> None:
    set_here = {
        name
        for service in services.values()
        for name in service.get("environment", {})
        if name.startswith("MARKETPLACE__")
    }
    interpolated = set(
        re.findall(r"\$\{(MARKETPLACE__\w+)", (ROOT / "compose.yaml").read_text("utf-8"))
    )

    assert set_here
    assert (set_here | interpolated) - set(Settings.names()) == set()


def test_secrets_come_from_outside_and_have_no_default(services: dict[str, Service]) -> None:
    secrets = {
        (service, name): value
        for service, found in services.items()
        for name, value in found.get("environment", {}).items()
        if SECRET.search(name)
    }

    assert ("web", "MARKETPLACE__SECURITY__SECRET_KEY") in secrets
    assert ("postgres", "POSTGRES_PASSWORD") in secrets
    assert [name for name, value in secrets.items() if not re.search(r"\$\{\w+:\?", value)] == []


def test_only_nginx_can_be_reached(compose: dict[str, Any], services: dict[str, Service]) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    assert compose["networks"]["inside"] == {"internal": True}
    assert services["postgres"]["networks"] == ["inside"]
    assert "inside" not in services["nginx"]["networks"]


def test_services_are_confined(services: dict[str, Service]) -> None:
    for name in ("migrate", "web", "worker", "nginx"):
        service = services[name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    assert not services["nginx"]["user"].startswith("0")


def test_stopping_waits_for_requests(services: dict[str, Service]) -> None:
    graceful = Server().graceful_timeout

    assert int(services["web"]["stop_grace_period"].rstrip("s")) > graceful


def nginx() -> str:
    return "\n".join(path.read_text("utf-8") for path in (ROOT / "deploy/nginx").glob("*.conf"))


def test_nginx_and_the_application_agree(services: dict[str, Service]) -> None:
    limit, with_picture = Http().max_body, Media().max_bytes + ROOM
    with_products = Imports().max_bytes + ROOM
    (path,) = re.findall(r"location ~ (\S+) \{\s+client_max_body_size", nginx())

    limits = re.findall(r"client_max_body_size (\S+);", nginx())
    assert sorted(map(int, limits)) == [limit, with_picture, with_products]
    assert f"at most {limit} bytes, one with a picture {with_picture}" in nginx()
    assert f"one with a file of products {with_products}" in nginx()
    assert re.search(path, "/api/v1/products/oak-table/media")
    assert not re.search(path, "/api/v1/products/oak-table/media/1")
    # One proxy stands in front, and it replaces what the client says.
    assert services["web"]["environment"]["MARKETPLACE__HTTP__PROXY_HOPS"] == "1"
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx()


def test_nginx_finds_the_application(
    services: dict[str, Service], final_stage: list[tuple[str, str]]
) -> None:
    (upstream,) = re.findall(r"^\s*server (\w+):(\d+)[ ;]", nginx(), re.MULTILINE)

    assert upstream[0] in services
    assert upstream[1] == dict(final_stage)["EXPOSE"]
    assert set(services[upstream[0]]["networks"]) & set(services["nginx"]["networks"])


def test_nginx_is_published_where_it_listens(services: dict[str, Service]) -> None:
    plain = (ROOT / "deploy/nginx/plain.conf").read_text("utf-8")
    (port,) = re.findall(r"listen (\d+)", plain)

    assert [published.rpartition(":")[2] for published in services["nginx"]["ports"]] == [port]


def test_problems_of_nginx_are_those_of_the_application() -> None:
    answers = re.findall(r"return (\d+) '(.*)';", nginx())
    assert answers
    for status, body in answers:
        found = yaml.safe_load(body)
        known = CODES[found["code"]]
        assert (found["status"], found["title"]) == (known.status, known.title)
        assert int(status) == known.status
        assert found["type"] == f"/docs/problems#{found['code']}"
