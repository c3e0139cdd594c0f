"""What a seller would have different about a product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

from marketplace.domain.catalogue.attributes import AttributeValue
from marketplace.domain.shared.ids import CategoryId


@dataclass(frozen=True, kw_only=True)
class ProductChanges:
    """New values for the fields of a product that moderation looks at; None leaves one alone."""

    name: str | None = None
    description: str | None = None
    category_id: CategoryId | None = None
    attributes: Mapping[str, AttributeValue] | None = None
    tags: tuple[str, ...] | None = None

    @property
    def given(self) -> Mapping[str, object]:
        """The new values by field."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    def over(self, earlier: "ProductChanges | None") -> "ProductChanges":
        """Both together; where they meet, these win."""
        if earlier is None:
            return self
        return replace(
            earlier,
            name=earlier.name if self.name is None else self.name,
            description=earlier.description if self.description is None else self.description,
            category_id=earlier.category_id if self.category_id is None else self.category_id,
            attributes=earlier.attributes if self.attributes is None else self.attributes,
            tags=earlier.tags if self.tags is None else self.tags,
        )

    def without_what_is_so(self, already: object) -> "ProductChanges":
        """Only what `already`, which has fields of the same names, does not have yet."""
        same = {name: None for name, value in self.given.items() if getattr(already, name) == value}
        return replace(self, **same)


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One line of a diff. `field` is a field of `ProductChanges`."""

    field: str
    before: object
    after: object


def diff(before: object, changes: ProductChanges) -> Sequence[FieldChange]:
    """What `changes` would do to `before`, which has fields of the same names."""
    return [
        FieldChange(field=name, before=getattr(before, name), after=value)
        for name, value in changes.given.items()
    ]
