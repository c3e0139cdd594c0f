"""Pictures through the whole application: sent, shown, served, moved, removed and swept."""

import gc
import io
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask
from PIL import Image

from marketplace.application.catalogue.media_sweeping import sweep_unused_pictures
from marketplace.config import Media
from marketplace.infrastructure.database.engine import DatabaseSettings, create_engines
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from marketplace.infrastructure.storage.files import FsspecStorage
from marketplace.main import create_app, new_id, now
from tests.api import BASE, Api, Shop
from tests.integration.conftest import settings_for
from tests.pictures import attacks, picture


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def app(module_database_url: str, folder: Path) -> Flask:
    return create_app(settings_for(module_database_url, media=Media(url=str(folder))))


@pytest.fixture
def product(shop: Shop) -> dict[str, Any]:
    return shop.publish(f"media-{uuid.uuid4().hex[:8]}", variants=2)


def send(
    api: Api,
    product: dict[str, Any],
    data: bytes | None = None,
    *,
    name: str = "picture.png",
    told: str | None = "image/png",
    form: dict[str, str] | None = None,
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {api.token}"} if api.token else {}
    content = picture() if data is None else data
    file = (name, content) if told is None else (name, content, told)
    return api.http.post(
        f"{BASE}/products/{product['id']}/media",
        files={"file": file},
        data=form,
        headers=headers,
    )


def added(api: Api, product: dict[str, Any], **form: str) -> dict[str, Any]:
    answer = send(api, product, form=form)
    assert answer.status_code == 201, answer.text
    result: dict[str, Any] = answer.json()["result"]
    return result


def media_of(shop: Shop, product: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.anonymous.result("GET", f"/products/{product['id']}")[
        "media"
    ]
    return found


def test_a_picture_is_shown_with_its_product(shop: Shop, product: dict[str, Any]) -> None:
    variant = product["variants"][1]["id"]
    answer = send(
        shop.manager, product, form={"alt": "A red and a blue half", "variantId": variant}
    )

    medium = answer.json()["result"]
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{BASE}/products/{product['id']}/media/{medium['id']}"
    assert {name: medium[name] for name in ("alt", "position", "variantId", "width", "height")} == {
        "alt": "A red and a blue half",
        "position": 1,
        "variantId": variant,
        "width": 320,
        "height": 200,
    }
    assert media_of(shop, product) == [medium]
    assert shop.anonymous.result("GET", answer.headers["Location"].removeprefix(BASE)) == medium
    small = medium["urls"]["small"]
    assert shop.anonymous.result("GET", f"/products/{product['id']}")["image"] == small
    listed = shop.anonymous.get("/products", params={"sort": "newest"}).json()["result"]
    assert {item["id"]: item["image"] for item in listed}[product["id"]] == small
    of_seller = shop.seller.get(f"/sellers/{shop.seller_id}/products").json()["result"]
    assert {item["id"]: item["image"] for item in of_seller}[product["id"]] == small


def test_orders_show_it_as_long_as_it_is_there(shop: Shop, product: dict[str, Any]) -> None:
    medium = added(shop.seller, product)
    [offer, _] = shop.offers(product)
    order = shop.customer.order((offer, 1)).json()["result"]

    def image() -> str | None:
        shown = shop.customer.result("GET", f"/orders/{order['id']}")
        [part] = shown["sellerOrders"]
        assert shop.seller.result("GET", f"/seller-orders/{part['id']}")["lines"] == part["lines"]
        found: str | None = part["lines"][0]["image"]
        return found

    assert image() == medium["urls"]["small"]
    path = f"/products/{product['id']}/media/{medium['id']}"
    assert shop.seller.request("DELETE", path).status_code == 204
    assert image() is None


def test_its_files_are_served_for_ever(shop: Shop, product: dict[str, Any]) -> None:
    urls = added(shop.seller, product)["urls"]

    assert list(urls) == ["small", "medium", "large"]
    for name, width in (("small", 160), ("medium", 320), ("large", 320)):
        answer = shop.anonymous.http.get(urls[name])
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/webp"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert Image.open(io.BytesIO(answer.content)).size[0] == width
        again = shop.anonymous.http.get(
            urls[name], headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert (again.status_code, again.content) == (304, b"")


UNKNOWN = uuid.UUID(int=1)


@pytest.mark.parametrize(
    "path",
    [
        "nothing.webp",
        "../secret.key",
        "%2e%2e/secret.key",
        "..%2fsecret.key",
        f"00/{UNKNOWN}-{'0' * 20}/small.webp",
        f"00/{UNKNOWN}-{'0' * 20}/../small.webp",
        f"00/{UNKNOWN}-{'0' * 20}/small.webp%00.png",
        "/etc/passwd",
    ],
)
def test_nothing_else_is_served(http: httpx.Client, folder: Path, path: str) -> None:
    (folder / "nothing.webp").write_bytes(b"secret")
    (folder.parent / "secret.key").write_bytes(b"secret")

    answer = http.get(f"/media/{path}")

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_what_it_is_called_may_be_left_out(shop: Shop, product: dict[str, Any]) -> None:
    assert send(shop.seller, product, told=None, name="x").status_code == 201


def test_order_text_and_variant_can_be_changed(shop: Shop, product: dict[str, Any]) -> None:
    first, second, third = (added(shop.seller, product, alt=word) for word in "abc")
    path = f"/products/{product['id']}/media/{third['id']}"
    variant = product["variants"][0]["id"]

    moved = shop.manager.result("PATCH", path, {"position": 1, "variantId": variant})
    assert (moved["position"], moved["variantId"], moved["alt"]) == (1, variant, "c")
    shown = shop.anonymous.result("GET", f"/products/{product['slug']}")
    assert [each["id"] for each in shown["media"]] == [third["id"], first["id"], second["id"]]
    assert [each["position"] for each in shown["media"]] == [1, 2, 3]
    assert shown["image"] == third["urls"]["small"]

    cleared = shop.manager.result("PATCH", path, {"alt": None, "variantId": None, "position": 50})
    assert (cleared["position"], cleared["variantId"], cleared["alt"]) == (3, None, None)
    assert shop.manager.result("PATCH", path, {})["position"] == 3


def test_a_picture_changes_the_tag_but_not_the_version(shop: Shop, product: dict[str, Any]) -> None:
    path = f"/products/{product['id']}"
    before = shop.anonymous.get(path)
    added(shop.seller, product)
    after = shop.anonymous.get(path, headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200
    assert before.json()["result"]["version"] == after.json()["result"]["version"]


def test_removed_ones_are_swept_later(
    shop: Shop, product: dict[str, Any], folder: Path, module_database_url: str
) -> None:
    kept, removed = added(shop.seller, product), added(shop.seller, product)
    path = f"/products/{product['id']}/media/{removed['id']}"

    assert shop.manager.request("DELETE", path).status_code == 204
    assert shop.manager.request("DELETE", path).status_code == 404
    assert [each["id"] for each in media_of(shop, product)] == [kept["id"]]
    assert shop.anonymous.http.get(removed["urls"]["small"]).status_code == 200

    engines = create_engines(DatabaseSettings(url=module_database_url))
    storage = FsspecStorage(str(folder))

    def sweep(after: timedelta) -> int:
        uow = SqlUnitOfWork(engines.write, clock=now, new_id=new_id)
        return sweep_unused_pictures(uow, storage=storage, after=after)

    assert sweep(timedelta(hours=1)) == 0
    assert sweep(timedelta()) >= 1
    assert sweep(timedelta()) == 0
    engines.dispose()
    assert shop.anonymous.http.get(removed["urls"]["small"]).status_code == 404
    assert shop.anonymous.http.get(kept["urls"]["small"]).status_code == 200
    assert [each.name for each in folder.rglob(f"{removed['id']}*")] == []


def test_a_key_makes_one_picture(shop: Shop, product: dict[str, Any]) -> None:
    headers = {
        "Authorization": f"Bearer {shop.seller.token}",
        "Idempotency-Key": str(uuid.uuid4()),
    }

    def post(data: bytes) -> httpx.Response:
        # Each with a boundary of its own.
        return shop.seller.http.post(
            f"{BASE}/products/{product['id']}/media",
            files={"file": ("a.png", data, "image/png")},
            headers=headers,
        )

    first, *others = (post(picture()) for _ in range(5))

    assert first.status_code == 201
    for other in others:
        assert (other.status_code, other.content) == (201, first.content)
        assert other.headers["Idempotent-Replayed"] == "true"
    assert post(picture(size=(20, 10))).json()["code"] == "idempotency_mismatch"
    assert len(media_of(shop, product)) == 1


@pytest.mark.parametrize("attack", attacks())
def test_attacks_are_refused(shop: Shop, product: dict[str, Any], attack: str) -> None:
    data, told = attacks()[attack]

    answer = send(shop.seller, product, data, told=told)

    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] in {"invalid_image", "image_too_large"}
    assert answer.json()["errors"][0]["pointer"] == "/file"
    assert media_of(shop, product) == []


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/cron.d/x.png", "..\\x.png", "..", "a/b.png", "x" * 300]
)
def test_a_path_for_a_name_is_refused(shop: Shop, product: dict[str, Any], name: str) -> None:
    answer = send(shop.seller, product, name=name)

    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "invalid_request"


def test_limits_hold_and_are_told(shop: Shop, product: dict[str, Any]) -> None:
    limit = shop.anonymous.result("GET", "/meta")["limits"]["pictureBytes"]
    # Beyond the limit of other bodies, and still a picture.
    large = picture("PNG")[:-12]
    filler = b"\0\0\0\0IDAT" + b"\x35\xaf\x06\x1e"
    large += filler * ((2_000_000 - len(large)) // len(filler)) + picture("PNG")[-12:]

    assert send(shop.seller, product, large).status_code == 201
    for size in (limit + 1, limit + 1_000_000):
        refused = send(shop.seller, product, bytes(size))
        assert refused.status_code == 413
        assert refused.json()["code"] == "body_too_large"
    # Nobody else's bodies grew.
    assert shop.seller.post("/products", {"name": "x" * 2_000_000}).status_code == 413


def test_what_is_missing_or_too_much(shop: Shop, product: dict[str, Any]) -> None:
    path = f"{BASE}/products/{product['id']}/media"
    headers = {"Authorization": f"Bearer {shop.seller.token}"}
    http = shop.seller.http

    assert http.post(path, headers=headers, json={"file": "x"}).status_code == 415
    assert http.post(path, headers=headers).status_code == 415
    for files, form in (
        ([("other", ("a", b"b"))], {}),
        ([("file", ("a.png", picture())), ("file", ("b.png", picture()))], {}),
        ([("file", ("a.png", picture()))], {"position": "1"}),
        ([("file", ("a.png", picture()))], {"alt": "x" * 301}),
        ([("file", ("a.png", picture()))], {"variantId": "no id"}),
        ([("file", ("a.png", picture()))], {"variantId": str(uuid.uuid4())}),
    ):
        answer = http.post(path, headers=headers, files=files, data=form)
        assert answer.status_code == 422, answer.text


def test_a_body_that_does_not_end(shop: Shop, product: dict[str, Any]) -> None:
    answer = shop.seller.http.post(
        f"{BASE}/products/{product['id']}/media",
        headers={
            "Authorization": f"Bearer {shop.seller.token}",
            "Content-Type": "multipart/form-data; boundary=b",
        },
        content=b"--b\r\nContent-Disposition: form-data; name=file; filename=x\r\n\r\nabc",
    )

    assert 400 <= answer.status_code < 500
    gc.collect()


def test_others_have_no_say(shop: Shop, product: dict[str, Any]) -> None:
    medium = added(shop.seller, product)
    path = f"/products/{product['id']}/media/{medium['id']}"

    assert send(shop.anonymous, product).status_code == 401
    assert send(shop.customer, product).status_code == 403
    assert send(shop.other_seller, product).status_code == 403
    assert send(shop.viewer, product).status_code == 403
    for api, status in ((shop.other_seller, 403), (shop.anonymous, 401), (shop.viewer, 403)):
        assert api.request("DELETE", path).status_code == status
        assert api.request("PATCH", path, json={"alt": "mine"}).status_code == status
    draft = shop.draft(f"hidden-{uuid.uuid4().hex[:8]}")
    assert send(shop.other_seller, draft).status_code == 404


def test_an_archived_product_keeps_its_pictures(shop: Shop, product: dict[str, Any]) -> None:
    added(shop.seller, product)
    shop.seller.result("POST", f"/products/{product['id']}/archive")

    assert send(shop.seller, product).status_code == 409
    assert len(shop.seller.result("GET", f"/products/{product['id']}")["media"]) == 1


def test_a_variant_that_is_removed_leaves_its_pictures(shop: Shop, product: dict[str, Any]) -> None:
    variant = product["variants"][1]["id"]
    added(shop.seller, product, variantId=variant)

    assert shop.seller.request("DELETE", f"/variants/{variant}").status_code == 204

    assert [each["variantId"] for each in media_of(shop, product)] == [None]


def test_another_server_may_serve_them(module_database_url: str, shop: Shop, folder: Path) -> None:
    product = shop.publish(f"elsewhere-{uuid.uuid4().hex[:8]}")
    medium = added(shop.seller, product)
    media = Media(url=str(folder), public_url="https://images.example.com/shop/")
    app = create_app(settings_for(module_database_url, media=media))

    with httpx.Client(
        transport=httpx.WSGITransport(app=app), base_url="http://localhost"
    ) as elsewhere:
        shown = Api(elsewhere).result("GET", f"/products/{product['id']}")["media"][0]
        local = elsewhere.get(medium["urls"]["small"])

    path = medium["urls"]["small"].removeprefix("http://localhost/media/")
    assert shown["urls"]["small"] == f"https://images.example.com/shop/{path}"
    assert local.status_code == 404
