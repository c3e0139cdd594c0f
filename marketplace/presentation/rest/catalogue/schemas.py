"""Categories and products on the wire."""

from enum import StrEnum

from marketplace.domain.catalogue import category, product
from marketplace.domain.catalogue.attributes import AttributeType
from marketplace.domain.catalogue.offer import Condition
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.inventory import stock
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.catalogue import examples
from marketplace.presentation.rest.pages import PageQuerySchema
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema
from marketplace.presentation.rest.sellers.examples import PAPYRUS_BOOKS_ID
from marketplace.presentation.rest.sellers.schemas import SellerRefSchema

DESCRIPTION_LONGEST = 20_000
MOST_VARIANTS = 100


class ProductSort(StrEnum):
    NEWEST = "newest"
    OLDEST = "-newest"
    NAME = "name"
    NAME_DESCENDING = "-name"


class AttributeInputSchema(RequestSchema):
    name = fields.Text(min=1, max=100, required=True, example="binding")
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


class ProductQuerySchema(PageQuerySchema):
    category = fields.IdOrSlug(description="With all categories below it", example="books")
    seller = fields.IdOrSlug(example="papyrus-books")
    sort = fields.Enum(
        ProductSort, load_default=ProductSort.NEWEST, description="`-` turns the order round"
    )


class SellerProductQuerySchema(PageQuerySchema):
    status = fields.Enum(ProductStatus)


class ModerationQuerySchema(PageQuerySchema):
    status = fields.Enum(ProductStatus, load_default=ProductStatus.PENDING)


class NewVariantSchema(RequestSchema):
    sku = fields.Text(min=1, max=100, required=True, example="OAK-TABLE-180")
    options = fields.Mapping(fields.Text(min=1, max=200), max=5, example={"length": "180 cm"})
    barcode = fields.Text(min=8, max=14, allow_none=True, example="9780553380958")
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
    description = fields.Text(max=DESCRIPTION_LONGEST, example="Solid, oiled, for six.")
    attributes = fields.Mapping(fields.Scalar(), example={"material": "oak"})
    tags = fields.List(
        fields.Text(min=1, max=50),
        max=50,
        description="A tag that is repeated counts once",
        example=["furniture"],
    )
    variants = fields.List(fields.Nested(NewVariantSchema), min=1, max=MOST_VARIANTS, required=True)


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
    offers = fields.List(fields.Nested(OfferSchema))


class ProductSummarySchema(ResponseSchema):
    id = fields.Id()
    slug = fields.Text()
    name = fields.Text()
    category = fields.Nested(CategoryRefSchema)
    image = fields.Text(allow_none=True)
    price_from = fields.Money(allow_none=True, description="The lowest price in stock")
    offer_count = fields.Integer()
    in_stock = fields.Bool()
    rating = fields.Number(allow_none=True)
    status = fields.Enum(ProductStatus)
    version = fields.Integer()
    created_at = fields.Instant()


class MediaUrlsSchema(ResponseSchema):
    small = fields.Text()
    medium = fields.Text()
    large = fields.Text()


class MediaSchema(ResponseSchema):
    id = fields.Id()
    alt = fields.Text(allow_none=True)
    position = fields.Integer()
    variant_id = fields.Id(allow_none=True)
    urls = fields.Nested(MediaUrlsSchema)
    width = fields.Integer()
    height = fields.Integer()


class ProductSchema(ProductSummarySchema):
    seller_id = fields.Id(description="The seller who describes it")
    description = fields.Text()
    reason = fields.Text(allow_none=True, description="Why it was rejected")
    attributes = fields.Mapping(fields.Scalar())
    tags = fields.List(fields.Text())
    variants = fields.List(fields.Nested(VariantSchema))
    media = fields.List(fields.Nested(MediaSchema))
