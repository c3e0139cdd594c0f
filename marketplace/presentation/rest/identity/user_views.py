"""Accounts."""

from uuid import UUID

from flask.views import MethodView

from marketplace.application.identity.commands import ChangeProfile
from marketplace.application.identity.queries import UserView
from marketplace.application.identity.services import change_profile
from marketplace.application.paging import Page
from marketplace.domain.shared.ids import UserId
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.identity import examples
from marketplace.presentation.rest.identity.schemas import ProfilePatchSchema, UserSchema
from marketplace.presentation.rest.pages import PageQuerySchema, take_page
from marketplace.presentation.rest.policies import ADMIN, SIGNED_IN
from marketplace.presentation.rest.schema import Json

blp = Blueprint("users", __name__, description="Accounts")


@blp.route("/users/me")
class Me(MethodView):
    @blp.named("getMe")
    @blp.allow(SIGNED_IN)
    @blp.response(200, UserSchema, example=examples.USER)
    def get(self) -> UserView:
        """Read your own account."""
        with context.reader() as read:
            return read.users.get(context.signed_in().user_id)

    @blp.named("updateMe")
    @blp.allow(SIGNED_IN)
    @blp.versioned
    @blp.examples({"If-Match": '"1"'})
    @blp.arguments(ProfilePatchSchema, example=examples.PROFILE_PATCH)
    @blp.response(
        200, UserSchema, example={**examples.USER, **examples.PROFILE_PATCH, "version": 2}
    )
    @blp.problems("invalid_text")
    def patch(self, body: Json) -> UserView:
        """Change your own account."""
        actor = context.signed_in()
        command = ChangeProfile(actor=actor, precondition=context.precondition(), **body)
        context.perform(change_profile, command)
        with context.reader() as read:
            return read.users.get(actor.user_id)


@blp.route("/users")
class Users(MethodView):
    @blp.allow(ADMIN)
    @blp.arguments(PageQuerySchema, location="query")
    @blp.response(200, UserSchema, kind="page", example=examples.USER)
    def get(self, query: Json) -> Page[UserView]:
        """List accounts, newest first."""
        with context.reader() as read:
            return read.users.list(take_page(query))


@blp.route("/users/<id>", examples={"id": examples.BUYER_ID})
class User(MethodView):
    @blp.allow(ADMIN)
    @blp.response(200, UserSchema, example=examples.USER)
    def get(self, id_: UUID) -> UserView:
        """Read an account."""
        with context.reader() as read:
            return read.users.get(UserId(id_))
