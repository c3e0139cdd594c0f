"""Accounts, sessions and tokens on the wire."""

from marketplace.domain.identity.user import NAME_LONGEST, Role
from marketplace.domain.sellers.seller import MemberRole
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.identity.examples import BUYER, BUYERS_PASSWORD
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema

SHORTEST_PASSWORD = 8


class RegistrationSchema(RequestSchema):
    email = fields.Email(required=True)
    password = fields.Password(min=SHORTEST_PASSWORD, required=True)
    name = fields.Text(min=1, max=NAME_LONGEST, required=True, example="Ada Lovelace")


class ProfilePatchSchema(RequestSchema):
    name = fields.Text(min=1, max=NAME_LONGEST, example="Ada King")


class MembershipSchema(ResponseSchema):
    id = fields.Id()
    name = fields.Text()
    role = fields.Enum(MemberRole)


class UserSchema(ResponseSchema):
    id = fields.Id()
    email = fields.Text()
    name = fields.Text()
    roles = fields.List(fields.Enum(Role))
    sellers = fields.List(fields.Nested(MembershipSchema))
    version = fields.Integer()
    created_at = fields.Instant()


class CredentialsSchema(RequestSchema):
    login = fields.Text(
        min=1, max=254, required=True, description="The e-mail address", example=BUYER
    )
    password = fields.Password(required=True, example=BUYERS_PASSWORD)


class RefreshTokenSchema(RequestSchema):
    refresh = fields.Text(
        min=1, max=200, required=True, description="The refresh token of the latest pair"
    )


class TokenPairSchema(ResponseSchema):
    access = fields.Text(description="Send it as `Authorization: Bearer`")
    refresh = fields.Text(description="Good once, for the next pair")
    token_type = fields.Text()
    expires_in = fields.Integer(description="Seconds that `access` lasts")


class PasswordFormSchema(RequestSchema):
    """RFC 6749, section 4.3.2. A client has no secret here; what is sent of it is ignored."""

    grant_type = fields.Text(
        max=20, load_default="password", data_key="grant_type", example="password"
    )
    username = fields.Text(
        min=1, max=254, required=True, description="The e-mail address", example=BUYER
    )
    password = fields.Password(required=True, example=BUYERS_PASSWORD)
    scope = fields.Text(max=200, load_default="")
    client_id = fields.Text(max=200, load_default="", data_key="client_id")
    client_secret = fields.Text(max=200, load_default="", data_key="client_secret")


class OAuthTokenSchema(ResponseSchema):
    """RFC 6749, section 5.1: its names, no envelope."""

    access_token = fields.Text(data_key="access_token")
    token_type = fields.Text(data_key="token_type")
    expires_in = fields.Integer(data_key="expires_in")
    refresh_token = fields.Text(data_key="refresh_token")
