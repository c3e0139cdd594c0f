"""Offers, as sellers keep them."""

from flask.views import MethodView

from marketplace.application.catalogue.offer_commands import (
    ChangeOffer,
    CreateOffer,
    WithdrawOffer,
)
from marketplace.application.catalogue.offer_queries import SellerOfferView
from marketplace.application.catalogue.offer_services import (
    change_offer,
    create_offer,
    withdraw_offer,
)
from marketplace.application.paging import Page
from marketplace.domain.shared.ids import OfferId, SellerId
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.catalogue import examples
from marketplace.presentation.rest.catalogue.offer_schemas import (
    OfferInputSchema,
    OfferPatchSchema,
    SellerOfferSchema,
)
from marketplace.presentation.rest.pages import PageQuerySchema, take_page
from marketplace.presentation.rest.policies import ADMIN, MEMBER
from marketplace.presentation.rest.schema import Json, is_null

blp = Blueprint("offers", __name__, description="Who sells it, and for how much")


@blp.route("/offers")
class Offers(MethodView):
    @blp.allow(MEMBER)
    @blp.arguments(OfferInputSchema, example=examples.NEW_OFFER)
    @blp.response(201, SellerOfferSchema, example=examples.ADDED_OFFER)
    @blp.problems(
        "sku_taken",
        "offer_exists",
        "seller_required",
        "unknown_seller",
        "unknown_variant",
        "invalid_text",
        "invalid_price",
        "invalid_transition",
    )
    def post(self, body: Json) -> tuple[SellerOfferView, dict[str, str]]:
        """Offer a variant: of a product of your own, or of anybody's that is published."""
        command = CreateOffer(actor=context.signed_in(), offer_id=OfferId(context.new_id()), **body)
        offer_id = context.perform(create_offer, command)
        return _read(offer_id), context.location("offers.Offer", id=offer_id)


@blp.route("/offers/<id>", examples={"id": examples.HARBOUR_OFFER_ID})
class Offer(MethodView):
    @blp.allow(MEMBER | ADMIN)
    @blp.response(200, SellerOfferSchema, example=examples.OFFER)
    def get(self, id_: OfferId) -> SellerOfferView:
        """Read an offer of your seller, with its stock."""
        return _read(id_)

    @blp.allow(MEMBER)
    @blp.versioned
    @blp.examples({"id": examples.CLOTH_OFFER_ID, "If-Match": '"1"'})
    @blp.arguments(OfferPatchSchema, example=examples.OFFER_PATCH)
    @blp.response(200, SellerOfferSchema, example=examples.CHANGED_OFFER)
    @blp.problems("sku_taken", "offer_exists", "invalid_text", "invalid_price", "stock_allocated")
    def patch(self, body: Json, id_: OfferId) -> SellerOfferView:
        """Change an offer. `onHand` is entered in the journal of its stock as a count."""
        command = ChangeOffer(
            actor=context.signed_in(),
            offer_id=id_,
            precondition=context.precondition(),
            clear_compare_at_price=is_null(body, "compare_at_price"),
            clear_low_stock_threshold=is_null(body, "low_stock_threshold"),
            **body,
        )
        return _read(context.perform(change_offer, command, new_id=context.new_id))

    @blp.allow(MEMBER)
    @blp.versioned
    @blp.examples({"id": examples.LETTERS_OFFER_ID, "If-Match": '"1"'})
    @blp.response(204)
    def delete(self, id_: OfferId) -> None:
        """Withdraw an offer. Orders keep what they show of it, and its SKU is free again."""
        command = WithdrawOffer(
            actor=context.signed_in(), offer_id=id_, precondition=context.precondition()
        )
        context.perform(withdraw_offer, command)


@blp.route("/sellers/<seller>/offers", examples={"seller": "papyrus-books"})
class SellerOffers(MethodView):
    @blp.named("listSellerOffers")
    @blp.allow(MEMBER | ADMIN)
    @blp.arguments(PageQuerySchema, location="query")
    @blp.response(200, SellerOfferSchema, kind="page", example=examples.OFFER)
    def get(self, query: Json, seller: SellerId | str) -> Page[SellerOfferView]:
        """List a seller's offers with their stock, newest first."""
        page = take_page(query)
        with context.reader() as read:
            return read.offers.list_of_seller(seller, page, context.signed_in())


def _read(offer_id: OfferId) -> SellerOfferView:
    with context.reader() as read:
        return read.offers.get(offer_id, context.signed_in())
