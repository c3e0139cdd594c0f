"""The category tree."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.domain.catalogue.attributes import AttributeDefinition, check_definitions
from marketplace.domain.catalogue.events import (
    CategoryChanged,
    CategoryCreated,
    CategoryDeleted,
)
from marketplace.domain.errors import RuleViolated
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import CategoryId
from marketplace.domain.shared.text import require_text

NAME_LONGEST = 120
DEEPEST = 8


@dataclass(eq=False, kw_only=True)
class Category(AggregateRoot):
    """A node of the tree. `path` joins the slugs from the root to this one with slashes."""

    id: CategoryId
    parent_id: CategoryId | None
    name: str
    slug: str
    path: str
    attributes: tuple[AttributeDefinition, ...] = ()
    created_at: datetime
    updated_at: datetime

    @classmethod
    def create(
        cls,
        *,
        id: CategoryId,
        name: str,
        slug: str,
        parent: "Category | None",
        attributes: tuple[AttributeDefinition, ...] = (),
        now: datetime,
    ) -> "Category":
        check_definitions(attributes)
        category = cls(
            id=id,
            parent_id=parent.id if parent else None,
            name=require_text(name, "/name", longest=NAME_LONGEST),
            slug=slug,
            path=_path(parent, slug),
            attributes=attributes,
            created_at=now,
            updated_at=now,
        )
        category.record(CategoryCreated(category_id=id, occurred_at=now))
        return category

    def rename(self, name: str, now: datetime) -> None:
        self.name = require_text(name, "/name", longest=NAME_LONGEST)
        self._changed(now)

    def define_attributes(self, attributes: tuple[AttributeDefinition, ...], now: datetime) -> None:
        check_definitions(attributes)
        self.attributes = attributes
        self._changed(now)

    def relocate(
        self, *, slug: str, parent: "Category | None", levels_below: int, now: datetime
    ) -> None:
        """Change the slug, the parent or both. The caller moves the descendants' paths along.

        Raises:
            RuleViolated: `category_cycle` when the new parent is this category or below it;
                `category_too_deep` when it or one of the `levels_below` it would be.
        """
        if parent is not None and (parent.path + "/").startswith(self.path + "/"):
            raise RuleViolated(
                "category_cycle", "A category cannot move below itself.", field="/parentId"
            )
        self.path = _path(parent, slug, levels_below)
        self.slug = slug
        self.parent_id = parent.id if parent else None
        self._changed(now)

    def delete(self, now: datetime) -> None:
        """Say goodbye; the repository refuses while children or products hold on to it."""
        self.record(CategoryDeleted(category_id=self.id, occurred_at=now))

    def _changed(self, now: datetime) -> None:
        self.updated_at = now
        self.record(CategoryChanged(category_id=self.id, occurred_at=now))


def _path(parent: Category | None, slug: str, levels_below: int = 0) -> str:
    path = f"{parent.path}/{slug}" if parent else slug
    if path.count("/") + levels_below >= DEEPEST:
        raise RuleViolated(
            "category_too_deep", f"The tree has at most {DEEPEST} levels.", field="/parentId"
        )
    return path
