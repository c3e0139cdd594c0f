"""Suggestions while somebody types. The search itself is the list of products."""

from collections.abc import Sequence

from flask.views import MethodView

from marketplace.application.catalogue.search import Suggestion
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.catalogue import examples
from marketplace.presentation.rest.catalogue.search_schemas import (
    SuggestionQuerySchema,
    SuggestionSchema,
)
from marketplace.presentation.rest.policies import PUBLIC
from marketplace.presentation.rest.schema import Json

blp = Blueprint("search", __name__, description="Finding what is for sale")


@blp.route("/search/suggestions")
class Suggestions(MethodView):
    @blp.named("suggestSearches")
    @blp.allow(PUBLIC)
    @blp.arguments(SuggestionQuerySchema, location="query")
    @blp.response(200, SuggestionSchema, kind="many", example=examples.SUGGESTION)
    def get(self, query: Json) -> Sequence[Suggestion]:
        """Suggest categories, queries and products for what somebody begins to type."""
        with context.reader() as read:
            return read.search.suggest(query["q"], query["limit"])
