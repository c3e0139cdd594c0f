"""The category tree."""

from collections.abc import Sequence

from flask.views import MethodView

from marketplace.application.catalogue.category_services import (
    change_category,
    create_category,
    delete_category,
)
from marketplace.application.catalogue.commands import (
    ChangeCategory,
    CreateCategory,
    DeleteCategory,
)
from marketplace.application.catalogue.queries import CategoryView
from marketplace.domain.catalogue.attributes import AttributeDefinition
from marketplace.domain.shared.ids import CategoryId
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.catalogue import examples
from marketplace.presentation.rest.catalogue.schemas import (
    CategoryInputSchema,
    CategoryPatchSchema,
    CategorySchema,
)
from marketplace.presentation.rest.policies import ADMIN, PUBLIC
from marketplace.presentation.rest.schema import Json

blp = Blueprint("categories", __name__, description="The category tree")


@blp.route("/categories")
class Categories(MethodView):
    @blp.allow(PUBLIC)
    @blp.response(200, CategorySchema, kind="many", example=examples.CATEGORY)
    def get(self) -> Sequence[CategoryView]:
        """List all categories in tree order: parents before children, siblings by name."""
        with context.reader() as read:
            return read.categories.list()

    @blp.allow(ADMIN)
    @blp.arguments(CategoryInputSchema, example=examples.NEW_CATEGORY)
    @blp.response(201, CategorySchema, example=examples.POETRY)
    @blp.problems(
        "slug_taken",
        "unknown_category",
        "category_too_deep",
        "invalid_attribute",
        "invalid_text",
        "duplicate_attribute",
    )
    def post(self, body: Json) -> tuple[CategoryView, dict[str, str]]:
        """Add a category."""
        _take_attributes(body)
        command = CreateCategory(
            actor=context.signed_in(), category_id=CategoryId(context.new_id()), **body
        )
        category_id = context.perform(create_category, command)
        return _read(category_id), context.location("categories.Category", category=category_id)


@blp.route("/categories/<category>", examples={"category": "books"})
class Category(MethodView):
    @blp.allow(PUBLIC)
    @blp.response(200, CategorySchema, example=examples.CATEGORY)
    def get(self, category: CategoryId | str) -> CategoryView:
        """Read a category."""
        return _read(category)

    @blp.allow(ADMIN)
    @blp.versioned
    @blp.examples({"If-Match": '"1"'})
    @blp.arguments(CategoryPatchSchema, example=examples.CATEGORY_PATCH)
    @blp.response(
        200, CategorySchema, example={**examples.CATEGORY, **examples.CATEGORY_PATCH, "version": 2}
    )
    @blp.problems(
        "slug_taken",
        "unknown_category",
        "category_cycle",
        "category_too_deep",
        "invalid_attribute",
        "invalid_text",
        "duplicate_attribute",
    )
    def patch(self, body: Json, category: CategoryId | str) -> CategoryView:
        """Rename, move or redefine a category. A move takes everything below it along."""
        _take_attributes(body)
        command = ChangeCategory(
            actor=context.signed_in(),
            category=category,
            precondition=context.precondition(),
            to_root="parent_id" in body and body["parent_id"] is None,
            **body,
        )
        return _read(context.perform(change_category, command))

    @blp.allow(ADMIN)
    @blp.versioned
    @blp.examples({"category": "gift-cards", "If-Match": '"1"'})
    @blp.response(204)
    @blp.problems("category_in_use")
    def delete(self, category: CategoryId | str) -> None:
        """Remove a category that has neither children nor products."""
        command = DeleteCategory(
            actor=context.signed_in(), category=category, precondition=context.precondition()
        )
        context.perform(delete_category, command)


def _take_attributes(body: Json) -> None:
    """Turn attribute definitions into the domain's."""
    if "attributes" in body:
        body["attributes"] = [
            AttributeDefinition(**{**item, "choices": tuple(item.get("choices", ()))})
            for item in body["attributes"]
        ]


def _read(category: CategoryId | str) -> CategoryView:
    with context.reader() as read:
        return read.categories.get(category)
