"""The addresses that users keep."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from marketplace.domain.identity.saved_address import MOST_ADDRESSES
from tests.api import ADDRESS, Api, Shop

PATH = "/users/me/addresses"


@pytest.fixture
def user(shop: Shop) -> Api:
    return shop.anonymous.register("resident")


def test_what_is_kept_is_shown(user: Api) -> None:
    given = ADDRESS | {"line2": "c/o Bea", "phone": "+49 1"}

    answer = user.post(PATH, given)

    kept = answer.json()["result"]
    assert answer.status_code == 201
    assert {name: kept[name] for name in given} == given
    assert (kept["region"], kept["version"]) == (None, 1)
    assert answer.headers["Location"].endswith(f"/api/v1{PATH}/{kept['id']}")
    assert answer.headers["ETag"].startswith('"1.')
    assert user.result("GET", f"{PATH}/{kept['id']}") == kept
    assert user.result("GET", PATH) == [kept]


def test_a_patch_merges(user: Api) -> None:
    kept = user.result("POST", PATH, ADDRESS | {"line2": "c/o Bea"})
    path = f"{PATH}/{kept['id']}"

    changed = user.result("PATCH", path, {"city": "Potsdam", "line2": None}, if_match='"1"')

    assert changed == kept | {"city": "Potsdam", "line2": None, "version": 2}
    same = user.result("PATCH", path, {"city": "Potsdam"}, if_match='"2"')
    assert same == changed


def test_what_is_required_cannot_be_taken_away(user: Api) -> None:
    kept = user.result("POST", PATH, ADDRESS)

    answer = user.request("PATCH", f"{PATH}/{kept['id']}", json={"city": None}, if_match='"1"')

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/city"


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_change_names_the_version_that_it_is_of(user: Api, method: str) -> None:
    kept = user.result("POST", PATH, ADDRESS)
    path, body = f"{PATH}/{kept['id']}", {"city": "Potsdam"} if method == "PATCH" else None

    assert user.request(method, path, json=body).status_code == 428
    assert user.request(method, path, json=body, if_match='"7"').status_code == 412
    assert user.request(method, path, json=body, if_match='"1"').is_success


def test_what_is_forgotten_is_gone(user: Api) -> None:
    kept = user.result("POST", PATH, ADDRESS)
    path = f"{PATH}/{kept['id']}"

    assert user.request("DELETE", path, if_match='"1"').status_code == 204

    assert user.get(path).status_code == 404
    assert user.result("GET", PATH) == []


def test_a_repeat_keeps_it_once(user: Api) -> None:
    first, again = (user.post(PATH, ADDRESS, key="one") for _ in range(2))

    assert again.content == first.content
    assert len(user.result("GET", PATH)) == 1


def test_they_are_of_nobody_else(user: Api, shop: Shop) -> None:
    kept = user.result("POST", PATH, ADDRESS)
    path = f"{PATH}/{kept['id']}"

    for stranger in (shop.other_customer, shop.admin):
        assert stranger.get(path).status_code == 404
        change = stranger.request("PATCH", path, json={"city": "Potsdam"}, if_match='"1"')
        assert change.status_code == 404
        assert stranger.request("DELETE", path, if_match='"1"').status_code == 404
        assert kept not in stranger.result("GET", PATH)
    assert user.result("GET", path) == kept


def test_they_come_in_pages_newest_first(user: Api) -> None:
    ids = [user.result("POST", PATH, ADDRESS)["id"] for _ in range(3)]

    first = user.get(PATH, params={"limit": 2, "include": "total"}).json()
    cursor = first["page"]["next"]
    second = user.get(PATH, params={"limit": 2, "cursor": cursor}).json()

    assert [each["id"] for each in first["result"] + second["result"]] == ids[::-1]
    assert (first["page"]["total"], second["page"]["next"]) == (3, None)


def test_an_account_keeps_so_many_however_fast_they_come(user: Api) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: user.post(PATH, ADDRESS), range(MOST_ADDRESSES + 5)))

    refused = [answer for answer in answers if answer.status_code == 409]
    assert len(refused) == 5
    assert {answer.json()["code"] for answer in refused} == {"too_many_addresses"}
    assert len(user.result("GET", PATH, params={"limit": 100})) == MOST_ADDRESSES
