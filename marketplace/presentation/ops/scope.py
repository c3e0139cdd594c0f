"""Whose figures a page shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.application.actor import Actor
from marketplace.application.paging import PageRequest
from marketplace.application.reader import Reader
from marketplace.domain.errors import Forbidden, NotFound
from marketplace.domain.shared.ids import SellerId
from marketplace.presentation.ops.forms import Form

OFFERED = 100
"""So many sellers are offered to administrators, who may name any other by its slug."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A seller that can be chosen. `value` is what the form sends."""

    id: SellerId
    value: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Scope:
    """`chosen` is None for all of them: for members their own, by name; for administrators all."""

    choices: Sequence[Choice]
    chosen: Choice | None

    @property
    def seller_id(self) -> SellerId | None:
        return self.chosen.id if self.chosen else None


def find(read: Reader, actor: Actor, form: Form, *, one: bool = False) -> Scope:
    """The scope that the form asks for. A seller that the actor may not see is refused in the form
    as one that does not exist. With `one` a member who chose none gets the first of its own.

    Raises:
        Forbidden: the actor has just ceased to be a member of any.
    """
    choices = _offered(read, actor)
    if not choices and not actor.is_admin:
        raise Forbidden("This account is no longer a member of a seller.")
    chosen = _chosen(read, actor, form)
    if one and chosen is None and not actor.is_admin:
        chosen = choices[0]
    return Scope(choices=choices, chosen=chosen)


def _offered(read: Reader, actor: Actor) -> Sequence[Choice]:
    if actor.is_admin:
        page = read.sellers.list(PageRequest(limit=OFFERED), actor, None)
        return [Choice(id=each.id, value=each.slug, name=each.name) for each in page.items]
    own = read.users.get(actor.user_id).sellers
    return [Choice(id=each.id, value=str(each.id), name=each.name) for each in own]


def _chosen(read: Reader, actor: Actor, form: Form) -> Choice | None:
    wanted = form["seller"]
    if wanted is None:
        return None
    try:
        seller = read.sellers.get(wanted, actor)
    except NotFound:
        form.no_seller()
        return None
    if not actor.reads(seller.id):
        form.no_seller()
        return None
    value = seller.slug if actor.is_admin else str(seller.id)
    return Choice(id=seller.id, value=value, name=seller.name)
