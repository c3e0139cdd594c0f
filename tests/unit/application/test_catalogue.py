"""Products on their way into the catalogue, and the category tree."""

from typing import Any
from uuid import UUID

import pytest

from marketplace.application.actor import Actor
from marketplace.application.catalogue.category_services import (
    change_category,
    create_category,
    delete_category,
)
from marketplace.application.catalogue.commands import (
    ApproveProduct,
    ArchiveProduct,
    ChangeCategory,
    CreateCategory,
    CreateProduct,
    DeleteCategory,
    NewVariant,
    RejectProduct,
    SubmitProduct,
)
from marketplace.application.catalogue.services import (
    approve_product,
    archive_product,
    create_product,
    reject_product,
    submit_product,
)
from marketplace.application.precondition import Precondition
from marketplace.domain.catalogue.attributes import AttributeDefinition, AttributeType
from marketplace.domain.catalogue.category import DEEPEST, Category
from marketplace.domain.catalogue.product import Product, ProductStatus
from marketplace.domain.errors import Conflict, Forbidden, NotFound, RuleViolated, Stale
from marketplace.domain.sellers.seller import MemberRole, SellerStatus
from marketplace.domain.shared.ids import CategoryId, ProductId, SellerId
from tests.factories import an_actor, eur, new_id
from tests.unit.application.shop import Shop

ANY = Precondition(anything=True)


def create(shop: Shop, actor: Actor | None = None, **fields: Any) -> ProductId:
    values: dict[str, Any] = {
        "actor": actor or shop.member,
        "product_id": ProductId(new_id()),
        "name": "Oak table",
        "category_id": shop.category.id,
        "variants": [
            NewVariant(sku=str(new_id()), price=eur(100), options={"size": "S"}, on_hand=3),
            NewVariant(sku=str(new_id()), price=eur(200), options={"size": "L"}),
        ],
    }
    return create_product(
        shop.database.unit_of_work(), CreateProduct(**values | fields), new_id=new_id
    )


def product_of(shop: Shop, product_id: ProductId) -> Product:
    with shop.database.unit_of_work() as uow:
        return uow.products.get(product_id)


def test_a_product_comes_with_an_offer_and_stock_for_each_variant(shop: Shop) -> None:
    product = product_of(shop, create(shop))
    assert product.status is ProductStatus.DRAFT
    assert product.slug == "oak-table"
    offers = [
        offer for offer in shop.database.state.offers.values() if offer.product_id == product.id
    ]
    assert {offer.variant_id for offer in offers} == {each.id for each in product.variants}
    assert sorted(shop.available(offer.id) for offer in offers) == [0, 3]
    assert product_of(shop, create(shop)).slug == "oak-table-2"


def test_whose_product_it_is(shop: Shop) -> None:
    with pytest.raises(RuleViolated) as error:
        create(shop, shop.buyer)
    assert error.value.code == "seller_required"
    with pytest.raises(RuleViolated) as error:
        create(shop, shop.member, seller_id=SellerId(new_id()))
    assert error.value.code == "unknown_seller"
    viewer = an_actor(shop.customer, {shop.seller.id: MemberRole.VIEWER})
    with pytest.raises(Forbidden):
        create(shop, viewer)
    with pytest.raises(Forbidden):
        create(shop, shop.admin, seller_id=shop.seller.id)


def test_the_category_exists_and_accepts_the_attributes(shop: Shop) -> None:
    with pytest.raises(RuleViolated) as error:
        create(shop, category_id=CategoryId(new_id()))
    assert error.value.params["field"] == "/categoryId"
    shop.database.state.categories[shop.category.id].attributes = (
        AttributeDefinition(name="material", type=AttributeType.TEXT, required=True),
    )
    with pytest.raises(RuleViolated) as error:
        create(shop)
    assert error.value.params["field"] == "/attributes/material"
    create(shop, attributes={"material": "oak"})


def submit(shop: Shop, product: Any, actor: Actor | None = None, moderation: bool = True) -> None:
    submit_product(
        shop.database.unit_of_work(),
        SubmitProduct(actor=actor or shop.member, product=product),
        moderation=moderation,
    )


def test_the_way_into_the_catalogue_and_out_of_it(shop: Shop) -> None:
    product = create(shop)
    submit(shop, product)
    new = shop.database.unit_of_work
    with pytest.raises(Forbidden):
        approve_product(new(), ApproveProduct(actor=shop.member, product=product))
    approve_product(new(), ApproveProduct(actor=shop.admin, product="oak-table"))
    assert product_of(shop, product).status is ProductStatus.PUBLISHED
    archive_product(new(), ArchiveProduct(actor=shop.member, product=product))
    assert product_of(shop, product).status is ProductStatus.ARCHIVED
    with pytest.raises(Conflict):
        submit(shop, product)


def test_rejection_tells_why(shop: Shop) -> None:
    product = create(shop)
    submit(shop, product)
    new = shop.database.unit_of_work
    command = RejectProduct(actor=shop.member, product=product, reason="Blurred")
    with pytest.raises(Forbidden):
        reject_product(new(), command)
    reject_product(new(), RejectProduct(actor=shop.admin, product=product, reason="Blurred"))
    assert product_of(shop, product).reason == "Blurred"


def test_without_moderation_submitting_publishes(shop: Shop) -> None:
    product = create(shop)
    submit(shop, product, moderation=False)
    assert product_of(shop, product).is_public


def test_only_approved_sellers_submit(shop: Shop) -> None:
    product = create(shop)
    shop.database.state.sellers[shop.seller.id].status = SellerStatus.SUSPENDED
    with pytest.raises(Conflict) as error:
        submit(shop, product)
    assert error.value.code == "seller_not_approved"


def test_strangers_see_no_draft_and_change_no_published_product(shop: Shop) -> None:
    product = create(shop)
    with pytest.raises(NotFound):
        submit(shop, product, shop.buyer)
    with pytest.raises(Forbidden):
        submit(shop, product, shop.admin)
    with pytest.raises(Forbidden):
        submit(shop, shop.lamp[0].id, shop.buyer)


def make(shop: Shop, name: str, parent: UUID | None = None, **fields: Any) -> CategoryId:
    command = CreateCategory(
        actor=fields.pop("actor", shop.admin),
        category_id=CategoryId(new_id()),
        name=name,
        parent_id=CategoryId(parent) if parent else None,
        **fields,
    )
    return create_category(shop.database.unit_of_work(), command)


def alter(shop: Shop, category: Any, precondition: Precondition = ANY, **fields: Any) -> None:
    command = ChangeCategory(
        actor=fields.pop("actor", shop.admin),
        category=category,
        precondition=precondition,
        **fields,
    )
    change_category(shop.database.unit_of_work(), command)


def drop(shop: Shop, category: Any, actor: Actor | None = None) -> None:
    command = DeleteCategory(actor=actor or shop.admin, category=category, precondition=ANY)
    delete_category(shop.database.unit_of_work(), command)


def category_of(shop: Shop, category: Any) -> Category:
    with shop.database.unit_of_work() as uow:
        return uow.categories.get(category)


def test_categories_belong_to_administrators(shop: Shop) -> None:
    for act in (
        lambda: make(shop, "X", actor=shop.member),
        lambda: alter(shop, shop.category.id, actor=shop.member, name="X"),
        lambda: drop(shop, shop.category.id, shop.member),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_move_takes_the_subtree_along(shop: Shop) -> None:
    media = make(shop, "Media")
    books = make(shop, "Books")
    fiction = make(shop, "Fiction", books)
    crime = make(shop, "Crime", fiction)
    alter(shop, books, parent_id=media, slug="print")
    assert category_of(shop, crime).path == "media/print/fiction/crime"
    alter(shop, books, to_root=True)
    assert category_of(shop, crime).path == "print/fiction/crime"
    alter(shop, "fiction", parent_id=media)
    assert category_of(shop, crime).path == "media/fiction/crime"
    alter(shop, "fiction", slug="fiction")
    assert category_of(shop, crime).path == "media/fiction/crime"


def test_a_deep_subtree_moves_within_the_depth_of_the_tree(shop: Shop) -> None:
    chain = [make(shop, "Level 0")]
    for level in range(1, DEEPEST - 1):
        chain.append(make(shop, f"Level {level}", chain[-1]))
    high = make(shop, "High")
    alter(shop, chain[0], parent_id=high)
    with pytest.raises(RuleViolated) as error:
        alter(shop, high, parent_id=make(shop, "Higher"))
    assert error.value.code == "category_too_deep"


def test_what_a_change_refuses(shop: Shop) -> None:
    books = make(shop, "Books")
    fiction = make(shop, "Fiction", books)
    with pytest.raises(RuleViolated):
        alter(shop, books, parent_id=fiction)
    with pytest.raises(RuleViolated):
        alter(shop, books, parent_id=CategoryId(new_id()))
    with pytest.raises(RuleViolated):
        make(shop, "Lost", new_id())
    with pytest.raises(Stale):
        alter(shop, books, Precondition(versions=frozenset({9})), name="X")
    with pytest.raises(Conflict):
        make(shop, "Other", slug="books")


def test_names_and_attributes_change(shop: Shop) -> None:
    books = make(shop, "Books")
    colour = AttributeDefinition(name="colour", type=AttributeType.TEXT)
    alter(shop, books, name="Print", attributes=[colour])
    category = category_of(shop, books)
    assert (category.name, category.slug) == ("Print", "books")
    assert category.attributes == (colour,)


def test_a_category_in_use_stays(shop: Shop) -> None:
    parent = make(shop, "Books")
    child = make(shop, "Fiction", parent)
    with pytest.raises(Conflict):
        drop(shop, parent)
    with pytest.raises(Conflict):
        drop(shop, shop.category.id)
    drop(shop, child)
    drop(shop, parent)
    with pytest.raises(NotFound):
        category_of(shop, parent)
