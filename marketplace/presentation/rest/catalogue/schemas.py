"""Categories and products on the wire."""

from marketplace.domain.catalogue import category, limits, product
from marketplace.domain.catalogue.attributes import AttributeType
from marketplace.domain.catalogue.offer import Condition
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.inventory import stock
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.catalogue import examples
from marketplace.presentation.rest.catalogue.media_schemas import MediumSchema
from marketplace.presentation.rest.pages import PageQuerySchema
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema
from marketplace.presentation.rest.sellers.examples import PAPYRUS_BOOKS_ID
from marketplace.presentation.rest.sellers.schemas import SellerRefSchema

NAME = r"[^:\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+"
"""`attr=NAME:VALUE` is how an attribute is asked for."""
_WEIGHT = "In grams, with its packaging; null counts as nothing where shipping goes by weight"


class AttributeInputSchema(RequestSchema):
    name = fields.Text(
        min=1, max=100, pattern=NAME, required=True, description="No colon", example="binding"
    )
    type = fields.Enum(AttributeType, required=True, example="choice")
    required = fields.Bool(load_default=False)
    filterable = fields.Bool(load_default=False)
    choices = fields.List(
        fields.Text(min=1, max=200), description="For the type choice", example=["hardcover"]
    )


class AttributeSchema(ResponseSchema):
    name = fields.Text()
    type = fields.Enum(AttributeType)
    required = fields.Bool()
    filterable = fields.Bool()
    choices = fields.List(fields.Text())


class CategoryInputSchema(RequestSchema):
    name = fields.Text(min=1, max=category.NAME_LONGEST, required=True, example="Poetry")
    parent_id = fields.Id(allow_none=True, load_default=None, example=examples.BOOKS_ID)
    slug = fields.Slug(description="Derived from the name unless it is given")
    attributes = fields.List(fields.Nested(AttributeInputSchema), max=50)


class CategoryPatchSchema(RequestSchema):
    name = fields.Text(min=1, max=category.NAME_LONGEST, example="Verse")
    parent_id = fields.Id(
        allow_none=True, description="null makes it a root", example=examples.BOOKS_ID
    )
    slug = fields.Slug()
    attributes = fields.List(fields.Nested(AttributeInputSchema), max=50)


class CategorySchema(ResponseSchema):
    id = fields.Id()
    name = fields.Text()
    slug = fields.Text()
    path = fields.Text(description="The slugs from the root on, joined by slashes")
    parent_id = fields.Id(allow_none=True)
    product_count = fields.Integer(description="Published products, those below included")
    attributes = fields.List(
        fields.Nested(AttributeSchema), description="Its own and the inherited ones"
    )
    version = fields.Integer()
    created_at = fields.Instant()


class CategoryRefSchema(ResponseSchema):
    id = fields.Id()
    name = fields.Text()
    slug = fields.Text()
    path = fields.Text()


class SellerProductQuerySchema(PageQuerySchema):
    status = fields.Enum(ProductStatus)


class ModerationQuerySchema(PageQuerySchema):
    status = fields.Enum(
        ProductStatus, description="Without it: what is pending, and what has pending changes"
    )


class NewVariantSchema(RequestSchema):
    sku = fields.Text(min=1, max=limits.SKU_LONGEST, required=True, example="OAK-TABLE-180")
    options = fields.Mapping(
        fields.Text(min=1, max=limits.OPTION_LONGEST),
        max=limits.MOST_OPTIONS,
        names=True,
        example={"length": "180 cm"},
    )
    barcode = fields.Text(min=8, max=14, allow_none=True, example="9780553380958")
    weight = fields.Integer(
        max=limits.HEAVIEST, allow_none=True, description=_WEIGHT, example=41500
    )
    price = fields.Money(required=True)
    compare_at_price = fields.Money(allow_none=True, example={"amount": 2499, "currency": "EUR"})
    condition = fields.Enum(Condition, load_default=Condition.NEW)
    on_hand = fields.Integer(max=stock.MOST, load_default=0, example=25)


class ProductInputSchema(RequestSchema):
    name = fields.Text(min=1, max=product.NAME_LONGEST, required=True, example="Oak table")
    category_id = fields.Id(required=True, example=examples.FICTION_ID)
    seller_id = fields.Id(
        allow_none=True, description="Your only seller unless it is given", example=PAPYRUS_BOOKS_ID
    )
    description = fields.Text(max=limits.DESCRIPTION_LONGEST, example="Solid, oiled, for six.")
    attributes = fields.Mapping(fields.Scalar(), names=True, example={"material": "oak"})
    tags = fields.List(
        fields.Text(min=1, max=limits.TAG_LONGEST),
        max=limits.MOST_TAGS,
        description="A tag that is repeated counts once",
        example=["furniture"],
    )
    variants = fields.List(
        fields.Nested(NewVariantSchema), min=1, max=product.MOST_VARIANTS, required=True
    )


class ProductPatchSchema(RequestSchema):
    name = fields.Text(min=1, max=product.NAME_LONGEST, example="Oak table, oiled")
    category_id = fields.Id()
    description = fields.Text(max=limits.DESCRIPTION_LONGEST, allow_none=True, example="Solid oak.")
    attributes = fields.Mapping(
        fields.Scalar(allow_none=True),
        names=True,
        allow_none=True,
        description="Merged into those that there are; null takes one away",
        example={"finish": "oil"},
    )
    tags = fields.List(
        fields.Text(min=1, max=limits.TAG_LONGEST),
        max=limits.MOST_TAGS,
        allow_none=True,
        example=["furniture"],
    )


class VariantPatchSchema(RequestSchema):
    options = fields.Mapping(
        fields.Text(min=1, max=200, allow_none=True),
        max=5,
        names=True,
        allow_none=True,
        description="Merged into those that there are; null takes one away",
        example={},
    )
    barcode = fields.Text(min=8, max=14, allow_none=True, example="9780553380958")
    weight = fields.Integer(max=limits.HEAVIEST, allow_none=True, description=_WEIGHT, example=400)


class OfferSchema(ResponseSchema):
    id = fields.Id()
    seller = fields.Nested(SellerRefSchema)
    sku = fields.Text()
    price = fields.Money()
    compare_at_price = fields.Money(allow_none=True)
    condition = fields.Enum(Condition)
    available = fields.Integer(description="Units that can be ordered now")


class VariantSchema(ResponseSchema):
    id = fields.Id()
    options = fields.Mapping(fields.Text())
    barcode = fields.Text(allow_none=True)
    weight = fields.Integer(allow_none=True, description=_WEIGHT)
    offers = fields.List(
        fields.Nested(OfferSchema),
        description="Those in stock first, by currency, and of each from the cheapest on",
    )


class ProductVariantSchema(VariantSchema):
    product_id = fields.Id()


class ProductSummarySchema(ResponseSchema):
    id = fields.Id()
    slug = fields.Text()
    name = fields.Text()
    category = fields.Nested(CategoryRefSchema)
    image = fields.MediaUrl(allow_none=True, description="The small one of its first picture")
    price_from = fields.Money(
        allow_none=True,
        description="The lowest price in stock, else the lowest, in the currency of the oldest "
        "offer of the seller who describes it, else of the oldest offer",
    )
    offer_count = fields.Integer(description="All offers, in whatever currency")
    in_stock = fields.Bool(description="Whether any of them is in stock")
    rating = fields.Number(allow_none=True)
    status = fields.Enum(ProductStatus)
    version = fields.Integer()
    created_at = fields.Instant()


class FieldChangeSchema(ResponseSchema):
    field = fields.FieldName(example="description")
    before = fields.Value()
    after = fields.Value()


class ModeratedProductSchema(ProductSummarySchema):
    diff = fields.List(
        fields.Nested(FieldChangeSchema),
        allow_none=True,
        description="What would change about a published product; null for any other",
    )


class PendingChangesSchema(ResponseSchema):
    """Null stands for what stays as it is."""

    name = fields.Text(allow_none=True)
    description = fields.Text(allow_none=True)
    category_id = fields.Id(allow_none=True)
    attributes = fields.Mapping(fields.Scalar(), allow_none=True)
    tags = fields.List(fields.Text(), allow_none=True)


class ProductSchema(ProductSummarySchema):
    seller_id = fields.Id(description="The seller who describes it")
    description = fields.Text()
    reason = fields.Text(allow_none=True, description="Why it, or the last change, was rejected")
    pending_changes = fields.Nested(
        PendingChangesSchema,
        allow_none=True,
        metadata={"description": "Waits for approval; shown to its seller and administrators"},
    )
    attributes = fields.Mapping(fields.Scalar())
    tags = fields.List(fields.Text())
    variants = fields.List(fields.Nested(VariantSchema))
    media = fields.List(fields.Nested(MediumSchema))
