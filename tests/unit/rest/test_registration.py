"""What is refused before the first request."""

import marshmallow as ma
import pytest
from flask import Flask
from flask.views import MethodView

from marketplace.presentation.rest import fields
from marketplace.presentation.rest.api import Api, Blueprint
from marketplace.presentation.rest.policies import PUBLIC
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema, component_name


class ThingSchema(ResponseSchema):
    name = fields.Text()


blp = Blueprint("x", __name__)


def test_an_operation_without_policy_is_refused() -> None:
    class Things(MethodView):
        @blp.response(200, ThingSchema)
        def get(self) -> None:
            """Read."""

    with pytest.raises(TypeError, match="lets nobody in"):
        blp.route("/a")(Things)


def test_an_operation_without_response_or_docstring_is_refused() -> None:
    class NoResponse(MethodView):
        @blp.allow(PUBLIC)
        def get(self) -> None:
            """Read."""

    class NoDocstring(MethodView):
        @blp.allow(PUBLIC)
        @blp.response(204)
        def get(self) -> None: ...

    with pytest.raises(TypeError, match="response"):
        blp.route("/b")(NoResponse)
    with pytest.raises(TypeError, match="docstring"):
        blp.route("/c")(NoDocstring)


def test_unknown_codes_and_path_parameters_are_refused() -> None:
    with pytest.raises(TypeError, match=r"codes\.py"):
        blp.problems("no_such_code")
    with pytest.raises(TypeError, match="<provider>"):
        blp.route("/d/<provider>")(MethodView)
    with pytest.raises(TypeError, match="converters"):
        blp.route("/d/<uuid:id>")(MethodView)


def test_an_operation_id_serves_once() -> None:
    double = Blueprint("double", __name__)

    def resource() -> type[MethodView]:
        class Thing(MethodView):
            @double.allow(PUBLIC)
            @double.response(200, ThingSchema)
            def get(self) -> None:
                """Read."""

        return Thing

    double.route("/e")(resource())
    double.route("/f")(resource())
    with pytest.raises(TypeError, match="getThing"):
        Api(Flask(__name__)).register_blueprint(double)


def test_bare_fields_are_refused() -> None:
    class BareSchema(RequestSchema):
        name = ma.fields.String()

    class HiddenSchema(RequestSchema):
        names = fields.List(ma.fields.String())

    for schema in (BareSchema, HiddenSchema):
        with pytest.raises(TypeError, match=r"rest\.fields"):
            schema()


def test_schemas_with_modifiers_have_no_name() -> None:
    with pytest.raises(TypeError, match="partial"):
        component_name(ThingSchema(partial=True))
    with pytest.raises(TypeError, match="only"):
        component_name(ThingSchema(only=("name",)))
