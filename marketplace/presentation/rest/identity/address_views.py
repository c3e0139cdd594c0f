"""The addresses that users keep for later orders."""

from flask.views import MethodView

from marketplace.application.identity.address_commands import (
    ChangeAddress,
    RemoveAddress,
    SaveAddress,
)
from marketplace.application.identity.address_services import (
    change_address,
    remove_address,
    save_address,
)
from marketplace.application.identity.queries import SavedAddressView
from marketplace.application.paging import Page
from marketplace.domain.shared.address import Address as AddressValue
from marketplace.domain.shared.ids import AddressId
from marketplace.presentation.rest import context
from marketplace.presentation.rest.addresses import (
    AddressInputSchema,
    AddressPatchSchema,
    SavedAddressSchema,
)
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.identity import examples
from marketplace.presentation.rest.pages import PageQuerySchema, take_page
from marketplace.presentation.rest.policies import SIGNED_IN
from marketplace.presentation.rest.schema import Json

blp = Blueprint("addresses", __name__, description="Where your orders go")


@blp.route("/users/me/addresses")
class Addresses(MethodView):
    @blp.named("listAddresses")
    @blp.allow(SIGNED_IN)
    @blp.arguments(PageQuerySchema, location="query")
    @blp.response(200, SavedAddressSchema, kind="page", example=examples.ADDRESS)
    def get(self, query: Json) -> Page[SavedAddressView]:
        """List your addresses, newest first."""
        with context.reader() as read:
            return read.addresses.list(take_page(query), context.signed_in())

    @blp.named("saveAddress")
    @blp.allow(SIGNED_IN)
    @blp.arguments(AddressInputSchema, example=examples.NEW_ADDRESS)
    @blp.response(201, SavedAddressSchema, example=examples.ADDED_ADDRESS)
    @blp.problems("too_many_addresses")
    def post(self, body: Json) -> tuple[SavedAddressView, dict[str, str]]:
        """Keep an address for later orders."""
        command = SaveAddress(
            actor=context.signed_in(),
            address_id=AddressId(context.new_id()),
            address=AddressValue(**body),
        )
        address_id = context.perform(save_address, command)
        return _read(address_id), context.location("addresses.Address", id=address_id)


@blp.route("/users/me/addresses/<id>", examples={"id": examples.ADDRESS_ID})
class Address(MethodView):
    @blp.allow(SIGNED_IN)
    @blp.response(200, SavedAddressSchema, example=examples.ADDRESS)
    def get(self, id_: AddressId) -> SavedAddressView:
        """Read an address of yours."""
        return _read(id_)

    @blp.allow(SIGNED_IN)
    @blp.versioned
    @blp.examples({"id": examples.OFFICE_ID, "If-Match": '"1"'})
    @blp.arguments(AddressPatchSchema, example=examples.ADDRESS_PATCH)
    @blp.response(200, SavedAddressSchema, example=examples.CHANGED_ADDRESS)
    def patch(self, body: Json, id_: AddressId) -> SavedAddressView:
        """Change an address of yours. Orders keep the one that they were placed with."""
        command = ChangeAddress(
            actor=context.signed_in(),
            address_id=id_,
            precondition=context.precondition(),
            fields=body,
        )
        return _read(context.perform(change_address, command))

    @blp.allow(SIGNED_IN)
    @blp.versioned
    @blp.examples({"id": examples.OLD_FLAT_ID, "If-Match": '"1"'})
    @blp.response(204)
    def delete(self, id_: AddressId) -> None:
        """Forget an address of yours."""
        command = RemoveAddress(
            actor=context.signed_in(), address_id=id_, precondition=context.precondition()
        )
        context.perform(remove_address, command)


def _read(address_id: AddressId) -> SavedAddressView:
    with context.reader() as read:
        return read.addresses.get(address_id, context.signed_in())
