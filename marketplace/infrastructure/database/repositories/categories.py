"""Categories."""

from collections.abc import Sequence

from sqlalchemy import func, select, text

from marketplace.domain.catalogue.attributes import AttributeDefinition
from marketplace.domain.catalogue.category import DEEPEST, Category
from marketplace.domain.shared.ids import CategoryId
from marketplace.infrastructure.database.repository import SluggedRepository
from marketplace.infrastructure.database.tables import categories

_LOCK_TREE = text("SELECT pg_advisory_xact_lock(hashtextextended('categories', 0))")
_MOVE = text(
    """
    UPDATE categories
    SET path = :after || substr(path, length(:before) + 1),
        version = version + 1,
        updated_at = :now
    WHERE path LIKE :below
    """
)
# From the root on, as those who write listings hold them.
_HOLD_BELOW = text(
    """
    SELECT id FROM categories WHERE path LIKE :below
    ORDER BY length(path), id FOR NO KEY UPDATE
    """
)


class SqlCategoryRepository(SluggedRepository[Category]):
    aggregate = Category
    table = categories
    what = "category"

    def get(self, category: CategoryId | str) -> Category:
        """By id or slug. Raises `NotFound`."""
        return self._by_key(category)

    def get_for_update(self, category: CategoryId | str, *, slug: bool) -> Category:
        """As `get`; nobody writes a listing that names it, or one below it, until this
        transaction ends. `slug` if that may change. The tree is locked already."""
        found = self._by_key_for_update(category, slug=slug)
        self._transaction.read(_HOLD_BELOW, {"below": f"{found.path}/%"})
        return found

    def find(self, category_id: CategoryId) -> Category | None:
        return self._find(categories.c.id == category_id)

    def remove(self, category: Category) -> None:
        """Raises `Conflict` (`category_in_use`) while children or products refer to it."""
        self._transaction.delete(category)

    def lock_tree(self) -> None:
        """Let one transaction at a time change the shape of the tree."""
        self._transaction.read(_LOCK_TREE)

    def levels_below(self, category: Category) -> int:
        """How many levels of descendants there are."""
        # A path of n slashes is n levels down, whatever the slugs.
        slashes = func.length(categories.c.path) - func.length(
            func.replace(categories.c.path, "/", "")
        )
        deepest = self._transaction.read(
            select(func.max(slashes)).where(categories.c.path.like(f"{category.path}/%"))
        ).scalar_one()
        return 0 if deepest is None else deepest - category.path.count("/")

    def move_descendants(self, before: str, after: str) -> None:
        """Put `after` in the place of the path `before` in all descendants' paths."""
        # Slugs hold no character that LIKE knows.
        self._transaction.write(
            _MOVE,
            {
                "before": before,
                "after": after,
                "below": f"{before}/%",
                "now": self._transaction.now,
            },
        )

    def named(self, names: Sequence[str]) -> Sequence[CategoryId]:
        """The categories that have these names, those above them included, from the root on."""
        if len(names) > DEEPEST:
            return []
        level = categories.alias()
        statement = select(level.c.id).where(level.c.name == names[-1])
        for name in reversed(names[:-1]):
            above = categories.alias()
            statement = statement.join(above, above.c.id == level.c.parent_id).where(
                above.c.name == name
            )
            level = above
        root = level.c.parent_id.is_(None)
        return list(self._transaction.read(statement.where(root)).scalars())

    def attributes_of(self, category: Category) -> Sequence[AttributeDefinition]:
        """Own and inherited definitions; the nearest one wins a name."""
        steps = category.path.split("/")
        paths = ["/".join(steps[:depth]) for depth in range(1, len(steps))]
        inherited = self._transaction.read(
            select(categories.c.attributes)
            .where(categories.c.path.in_(paths))
            .order_by(func.length(categories.c.path))
        ).scalars()
        return list(
            {
                definition.name: definition
                for definitions in (*inherited, category.attributes)
                for definition in definitions
            }.values()
        )
