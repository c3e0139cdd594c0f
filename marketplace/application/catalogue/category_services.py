"""The category tree, kept by administrators."""

from marketplace.application.catalogue.commands import (
    ChangeCategory,
    CreateCategory,
    DeleteCategory,
)
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.catalogue.category import Category
from marketplace.domain.errors import RuleViolated
from marketplace.domain.shared.ids import CategoryId
from marketplace.domain.shared.slug import slugify


@transaction_step
def create_category(uow: UnitOfWork, command: CreateCategory) -> CategoryId:
    """Raises `RuleViolated` (`unknown_category`) for the parent, `Conflict` (`slug_taken`)."""
    command.actor.require_admin()
    with uow:
        uow.categories.lock_tree()
        slug = command.slug or uow.categories.free_slug(slugify(command.name, fallback="category"))
        category = Category.create(
            id=command.category_id,
            name=command.name,
            slug=slug,
            parent=_parent(uow, command.parent_id),
            attributes=tuple(command.attributes),
            now=uow.now,
        )
        uow.categories.add(category)
        uow.commit()
    return command.category_id


@transaction_step
def change_category(uow: UnitOfWork, command: ChangeCategory) -> CategoryId:
    """Rename, move or redefine. A move takes the whole subtree along.

    Raises:
        RuleViolated: `unknown_category`, `category_cycle`, `category_too_deep`.
        Conflict: `slug_taken`.
    """
    command.actor.require_admin()
    with uow:
        uow.categories.lock_tree()
        category = uow.categories.get_for_update(command.category, slug=command.slug is not None)
        command.precondition.check("category", category)
        if command.name is not None:
            category.rename(command.name, uow.now)
        if command.attributes is not None:
            category.define_attributes(tuple(command.attributes), uow.now)
        if command.slug is not None or command.parent_id is not None or command.to_root:
            _relocate(uow, category, command)
        uow.listings.refresh_category(category.id)
        uow.commit()
    return category.id


@transaction_step
def delete_category(uow: UnitOfWork, command: DeleteCategory) -> None:
    """Raises `Conflict` (`category_in_use`) while children or products refer to it."""
    command.actor.require_admin()
    with uow:
        uow.categories.lock_tree()
        category = uow.categories.get(command.category)
        command.precondition.check("category", category)
        category.delete(uow.now)
        uow.categories.remove(category)
        uow.commit()


def _relocate(uow: UnitOfWork, category: Category, command: ChangeCategory) -> None:
    before = category.path
    parent_id = None if command.to_root else command.parent_id or category.parent_id
    category.relocate(
        slug=command.slug or category.slug,
        parent=_parent(uow, parent_id),
        levels_below=uow.categories.levels_below(category),
        now=uow.now,
    )
    if category.path != before:
        uow.categories.move_descendants(before, category.path)


def _parent(uow: UnitOfWork, parent_id: CategoryId | None) -> Category | None:
    if parent_id is None:
        return None
    parent = uow.categories.find(parent_id)
    if parent is None:
        raise RuleViolated("unknown_category", "There is no such category.", field="/parentId")
    return parent
