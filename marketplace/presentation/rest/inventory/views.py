"""The journal of the stock of offers."""

from flask.views import MethodView

from marketplace.application.inventory.commands import EnterMovement
from marketplace.application.inventory.queries import StockMovementView
from marketplace.application.inventory.services import enter_movement
from marketplace.application.paging import Page
from marketplace.domain.shared.ids import MovementId, OfferId
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.catalogue.examples import HARBOUR_OFFER_ID
from marketplace.presentation.rest.inventory import examples
from marketplace.presentation.rest.inventory.schemas import (
    StockMovementInputSchema,
    StockMovementSchema,
)
from marketplace.presentation.rest.pages import PageQuerySchema, take_page
from marketplace.presentation.rest.policies import ADMIN, MEMBER
from marketplace.presentation.rest.schema import Json

blp = Blueprint("stock", __name__, description="How much there is of an offer, and why")


@blp.route("/offers/<id>/stock-movements", examples={"id": HARBOUR_OFFER_ID})
class StockMovements(MethodView):
    @blp.named("listStockMovements")
    @blp.allow(MEMBER | ADMIN)
    @blp.arguments(PageQuerySchema, location="query")
    @blp.response(200, StockMovementSchema, kind="page", example=examples.ALLOCATED)
    def get(self, query: Json, id_: OfferId) -> Page[StockMovementView]:
        """List what changed the stock of an offer, newest first."""
        page = take_page(query)
        with context.reader() as read:
            return read.stock.movements(id_, page, context.signed_in())

    @blp.named("enterStockMovement")
    @blp.allow(MEMBER)
    @blp.idempotent(required=True)
    @blp.arguments(StockMovementInputSchema, example=examples.NEW_MOVEMENT)
    @blp.response(201, StockMovementSchema, example=examples.RECEIVED)
    @blp.problems("stock_allocated", "invalid_quantity", "reason_required", "invalid_stock")
    def post(self, body: Json, id_: OfferId) -> tuple[StockMovementView, dict[str, str]]:
        """Enter what was received, adjusted or counted.

        A count says what is on hand, so it also takes out what is missing. No fewer units than
        orders have allocated can be left.
        """
        actor = context.signed_in()
        command = EnterMovement(
            actor=actor, movement_id=MovementId(context.new_id()), offer_id=id_, **body
        )
        movement_id = context.perform(enter_movement, command)
        with context.reader() as read:
            movement = read.stock.movement(movement_id, actor)
        return movement, context.location("stock.StockMovements", id=id_)
