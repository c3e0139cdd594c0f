"""Products, and the slugs that they have and had."""

from collections.abc import Collection, Sequence, Set

from sqlalchemy import select, text

from marketplace.domain.catalogue.product import Product
from marketplace.domain.shared.ids import ProductId, VariantId
from marketplace.infrastructure.database.repository import SluggedRepository
from marketplace.infrastructure.database.tables import product_slugs, products, variants

# A slug that comes home again is no former one any more.
_MOVE = text(
    """
    WITH home AS (DELETE FROM product_slugs WHERE slug = :after)
    INSERT INTO product_slugs (slug, product_id, replaced_at) VALUES (:before, :product_id, :now)
    """
)


class SqlProductRepository(SluggedRepository[Product]):
    aggregate = Product
    table = products
    what = "product"

    def get(self, product: ProductId | str) -> Product:
        """By id or slug. Raises `NotFound`."""
        return self._by_key(product)

    def find_for_update(self, product_id: ProductId) -> Product | None:
        """Others that want it so wait until this transaction ends."""
        return self._find_for_update(products.c.id == product_id)

    def all_for_update(self, product_ids: Collection[ProductId]) -> Sequence[Product]:
        """Those that there are, as `find_for_update`, in the order of their ids."""
        return self._all_for_update(products.c.id.in_(product_ids)) if product_ids else []

    def find_of_variant(self, variant_id: VariantId) -> Product | None:
        """The product that has, or had, this variant, as `find_for_update`."""
        of_variant = select(variants.c.product_id).where(variants.c.id == variant_id)
        return self._find_for_update(products.c.id == of_variant.scalar_subquery())

    def free_slug(self, slug: str, holder: ProductId | None = None) -> str:
        """`slug`, or its next free numbered form; it stays free for this transaction.

        Free is what no product has or ever had, apart from `holder`.
        """
        return self._first_free(slug, lambda candidates: self._taken_by(candidates, holder))

    def free_slugs(self, slugs: Sequence[str]) -> Sequence[str]:
        """As `free_slug` one for each, no two of them alike."""
        return self._all_free(slugs, lambda candidates: self._taken_by(candidates, None))

    def move(self, product: Product, slug: str) -> None:
        """Give `product` a free slug; the one it had leads to it for ever."""
        values = {"before": product.slug, "after": slug, "product_id": product.id}
        product.slug = slug
        self._transaction.write(_MOVE, values | {"now": self._transaction.now})

    def _taken_by(self, candidates: Sequence[str], holder: ProductId | None) -> Set[str]:
        present = select(products.c.slug).where(products.c.slug.in_(candidates))
        former = select(product_slugs.c.slug).where(product_slugs.c.slug.in_(candidates))
        if holder is not None:
            present = present.where(products.c.id != holder)
            former = former.where(product_slugs.c.product_id != holder)
        return set(self._transaction.read(present.union_all(former)).scalars())
