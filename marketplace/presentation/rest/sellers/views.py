"""Sellers."""

from collections.abc import Callable
from uuid import UUID

from flask.views import MethodView

from marketplace.application.paging import Page
from marketplace.application.sellers.commands import (
    AddSellerMember,
    ApplyAsSeller,
    ApproveSeller,
    ChangeSellerProfile,
    ReinstateSeller,
    RejectSeller,
    RemoveSellerMember,
    SuspendSeller,
)
from marketplace.application.sellers.queries import SellerMemberView, SellerView
from marketplace.application.sellers.services import (
    add_seller_member,
    apply_as_seller,
    approve_seller,
    change_seller_profile,
    reinstate_seller,
    reject_seller,
    remove_seller_member,
    suspend_seller,
)
from marketplace.domain.shared.ids import SellerId, UserId
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.pages import PageQuerySchema, take_page
from marketplace.presentation.rest.policies import ADMIN, MEMBER, PUBLIC, SIGNED_IN
from marketplace.presentation.rest.schema import Json
from marketplace.presentation.rest.sellers import examples
from marketplace.presentation.rest.sellers.schemas import (
    MemberInputSchema,
    MemberSchema,
    ReasonSchema,
    SellerInputSchema,
    SellerPatchSchema,
    SellerQuerySchema,
    SellerSchema,
)

blp = Blueprint("sellers", __name__, description="Who sells")


@blp.route("/sellers")
class Sellers(MethodView):
    @blp.allow(PUBLIC | SIGNED_IN)
    @blp.arguments(SellerQuerySchema, location="query")
    @blp.response(200, SellerSchema, kind="page", example=examples.seller("approved", 3))
    @blp.problems("unauthenticated", "forbidden")
    def get(self, query: Json) -> Page[SellerView]:
        """List sellers, by name."""
        page = take_page(query)
        with context.reader() as read:
            return read.sellers.list(page, context.current_actor(), query.get("status"))

    @blp.named("applyAsSeller")
    @blp.allow(SIGNED_IN)
    @blp.arguments(SellerInputSchema, example=examples.APPLICATION)
    @blp.response(201, SellerSchema, example=examples.APPLICANT)
    @blp.problems("slug_taken", "invalid_text")
    def post(self, body: Json) -> tuple[SellerView, dict[str, str]]:
        """Apply as a seller.

        You become its owner; it sells once an administrator has approved it.
        """
        actor = context.signed_in()
        command = ApplyAsSeller(actor=actor, seller_id=SellerId(context.new_id()), **body)
        seller_id = context.perform(apply_as_seller, command)
        with context.reader() as read:
            seller = read.sellers.get(seller_id, actor.as_owner(seller_id))
        return seller, context.location("sellers.Seller", seller=seller_id)


@blp.route("/sellers/<seller>", examples={"seller": "papyrus-books"})
class Seller(MethodView):
    @blp.allow(PUBLIC | SIGNED_IN)
    @blp.response(200, SellerSchema, example=examples.seller("approved", 3))
    def get(self, seller: SellerId | str) -> SellerView:
        """Read a seller."""
        with context.reader() as read:
            return read.sellers.get(seller, context.current_actor())

    @blp.allow(MEMBER)
    @blp.versioned
    @blp.examples({"If-Match": "*"})
    @blp.arguments(SellerPatchSchema, example=examples.PATCH)
    @blp.response(200, SellerSchema, example=examples.seller("approved", 4, **examples.PATCH))
    @blp.problems("slug_taken", "invalid_text")
    def patch(self, body: Json, seller: SellerId | str) -> SellerView:
        """Change a seller's profile."""
        command = ChangeSellerProfile(
            actor=context.signed_in(), seller=seller, precondition=context.precondition(), **body
        )
        return _read(context.perform(change_seller_profile, command))


@blp.route("/sellers/<seller>/approve", examples={"seller": "second-hand-sounds"})
class SellerApproval(MethodView):
    @blp.named("approveSeller")
    @blp.allow(ADMIN)
    @blp.response(200, SellerSchema, example=examples.seller("approved", 2))
    @blp.problems("invalid_transition")
    def post(self, seller: SellerId | str) -> SellerView:
        """Admit a seller that has applied."""
        return _act(approve_seller, ApproveSeller(actor=context.signed_in(), seller=seller), seller)


@blp.route("/sellers/<seller>/reject", examples={"seller": "quick-copies"})
class SellerRejection(MethodView):
    @blp.named("rejectSeller")
    @blp.allow(ADMIN)
    @blp.arguments(ReasonSchema, example=examples.REJECTION)
    @blp.response(200, SellerSchema, example=examples.seller("rejected", 2, **examples.REJECTION))
    @blp.problems("invalid_transition")
    def post(self, body: Json, seller: SellerId | str) -> SellerView:
        """Turn an application down. That is final."""
        command = RejectSeller(actor=context.signed_in(), seller=seller, **body)
        return _act(reject_seller, command, seller)


@blp.route("/sellers/<seller>/suspend", examples={"seller": "corner-shop"})
class SellerSuspension(MethodView):
    @blp.named("suspendSeller")
    @blp.allow(ADMIN)
    @blp.arguments(ReasonSchema, example=examples.SUSPENSION)
    @blp.response(200, SellerSchema, example=examples.seller("suspended", 4, **examples.SUSPENSION))
    @blp.problems("invalid_transition")
    def post(self, body: Json, seller: SellerId | str) -> SellerView:
        """Take a seller off the market.

        Its offers vanish; its open orders can still be shipped.
        """
        command = SuspendSeller(actor=context.signed_in(), seller=seller, **body)
        return _act(suspend_seller, command, seller)


@blp.route("/sellers/<seller>/reinstate", examples={"seller": "old-mill"})
class SellerReinstatement(MethodView):
    @blp.named("reinstateSeller")
    @blp.allow(ADMIN)
    @blp.response(200, SellerSchema, example=examples.seller("approved", 5))
    @blp.problems("invalid_transition")
    def post(self, seller: SellerId | str) -> SellerView:
        """Let a suspended seller back in."""
        command = ReinstateSeller(actor=context.signed_in(), seller=seller)
        return _act(reinstate_seller, command, seller)


@blp.route("/sellers/<seller>/members", examples={"seller": "papyrus-books"})
class SellerMembers(MethodView):
    @blp.named("listSellerMembers")
    @blp.allow(MEMBER | ADMIN)
    @blp.arguments(PageQuerySchema, location="query")
    @blp.response(200, MemberSchema, kind="page", example=examples.MEMBER)
    def get(self, query: Json, seller: SellerId | str) -> Page[SellerMemberView]:
        """List the members, oldest first. For owners and administrators."""
        with context.reader() as read:
            return read.sellers.members(seller, take_page(query), context.signed_in())

    @blp.named("addSellerMember")
    @blp.allow(MEMBER)
    @blp.arguments(MemberInputSchema, example=examples.NEW_MEMBER)
    @blp.response(201, MemberSchema, example=examples.MEMBER)
    @blp.problems("already_member", "unknown_account", "stale")
    def post(self, body: Json, seller: SellerId | str) -> tuple[SellerMemberView, dict[str, str]]:
        """Give an account a role in the seller. For owners."""
        actor = context.signed_in()
        command = AddSellerMember(actor=actor, seller=seller, **body)
        context.perform(add_seller_member, command)
        with context.reader() as read:
            member = read.sellers.member(seller, command.email, actor)
        return member, context.location("sellers.SellerMembers", seller=seller)


@blp.route(
    "/sellers/<seller>/members/<id>",
    examples={"seller": "papyrus-books", "id": examples.HELPER_ID},
)
class SellerMember(MethodView):
    @blp.named("removeSellerMember")
    @blp.allow(MEMBER)
    @blp.response(204)
    @blp.problems("last_owner")
    def delete(self, seller: SellerId | str, id_: UUID) -> None:
        """Take a member's role away. For owners; the last owner stays."""
        command = RemoveSellerMember(actor=context.signed_in(), seller=seller, user_id=UserId(id_))
        context.perform(remove_seller_member, command)


def _act(service: Callable[..., SellerId], command: object, seller: SellerId | str) -> SellerView:
    context.perform(service, command)
    return _read(seller)


def _read(seller: SellerId | str) -> SellerView:
    with context.reader() as read:
        return read.sellers.get(seller, context.signed_in())
