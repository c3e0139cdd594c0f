"""Bringing the variants of one product, and the seller's offers of them, to what rows ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from marketplace.application.imports import columns
from marketplace.application.imports.refusals import refusal
from marketplace.application.imports.wanted import WantedVariant
from marketplace.application.ports import IdFactory
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.catalogue.offer import Condition, Offer
from marketplace.domain.catalogue.product import Product
from marketplace.domain.catalogue.variant import Variant
from marketplace.domain.inventory.movement import EnteredKind
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.shared.ids import MovementId, OfferId, SellerId, UserId, VariantId


def own_options(wanted: WantedVariant, names: Sequence[str] = ()) -> Mapping[str, str]:
    """Options by name. Where a row leaves the names out they are `names`, in their order.

    Raises:
        RowsRefused: there are none to take.
    """
    options = {}
    for number, (own, value) in enumerate(wanted.options or ()):
        name = own or (names[number] if number < len(names) else "")
        if not name:
            column = columns.OPTIONS[number][0]
            raise refusal(wanted.row, column, "required", "An option has a name.")
        options[name] = value
    return options


@dataclass(kw_only=True)
class Shelf:
    """One product as far as it is put on sale by one seller.

    `offers` are the seller's live ones of the product, and those of others that have a SKU which
    a row wants. `new_rows` are rows that brought something that was not there.
    """

    uow: UnitOfWork
    product: Product
    seller_id: SellerId
    requested_by: UserId
    new_id: IdFactory
    offers: list[Offer]
    new_rows: set[int] = field(default_factory=set)
    stock: list[StockItem] = field(default_factory=list)
    _rows: dict[OfferId, int] = field(default_factory=dict)

    def offer(self, variant: Variant, wanted: WantedVariant) -> None:
        """Offer a variant, as `wanted` says it.

        Raises:
            RowsRefused: it leaves out SKU or price, or the SKU is in use.
            RuleViolated: the price is none.
        """
        if wanted.sku is None:
            raise refusal(wanted.row, columns.SKU, "required", "A new variant has a SKU.")
        if wanted.price is None:
            raise refusal(wanted.row, columns.PRICE, "required", "A new variant has a price.")
        self._require_free(wanted, wanted.sku, None)
        offer = Offer.create(
            id=OfferId(self.new_id()),
            product_id=self.product.id,
            variant_id=variant.id,
            seller_id=self.seller_id,
            sku=wanted.sku,
            price=wanted.price,
            compare_at_price=wanted.compare_at_price,
            condition=wanted.condition or Condition.NEW,
            field="",
            now=self.uow.now,
        )
        self.uow.offers.add(offer)
        self.offers.append(offer)
        self.stock.append(StockItem(offer_id=offer.id, on_hand=wanted.quantity or 0))
        self._rows[offer.id] = wanted.row
        self.new_rows.add(wanted.row)

    def put(self, wanted: WantedVariant) -> bool:
        """Find the variant by SKU or options, or add it. Whether anything is different then.

        Raises:
            RowsRefused, RuleViolated, Conflict
        """
        offer = self._with_sku(wanted.sku)
        variant = self._variant(wanted, offer)
        if variant is None:
            self._add(wanted)
            return True
        changed = self._change(variant, wanted, renamed=offer is not None)
        offer = offer or self._same_offer(variant, wanted)
        if offer is not None:
            return self._change_offer(offer, wanted) or changed
        if wanted.sku is None and wanted.price is None and wanted.quantity is None:
            # It says nothing of an offer, and there is none.
            return changed
        self.offer(variant, wanted)
        return True

    def _with_sku(self, sku: str | None) -> Offer | None:
        return next(
            (
                each
                for each in self.offers
                if each.product_id == self.product.id and each.sku.strip() == sku
            ),
            None,
        )

    def _variant(self, wanted: WantedVariant, offer: Offer | None) -> Variant | None:
        if offer is not None:
            return self.product.variant(offer.variant_id)
        options = self._options(wanted)
        return next(
            (each for each in self.product.live_variants if _tidied(each.options) == options), None
        )

    def _options(self, wanted: WantedVariant) -> Mapping[str, str]:
        live = self.product.live_variants
        return own_options(wanted, list(live[0].options) if live else ())

    def _add(self, wanted: WantedVariant) -> None:
        self.product.require_editable()
        variant = Variant(
            id=VariantId(self.new_id()),
            position=max(each.position for each in self.product.variants) + 1,
            options=self._options(wanted),
            barcode=wanted.barcode,
            weight=wanted.weight,
        )
        self.product.add_variant(variant, self.uow.now)
        self.offer(variant, wanted)

    def _change(self, variant: Variant, wanted: WantedVariant, *, renamed: bool) -> bool:
        options: Mapping[str, str] = variant.options
        if renamed and wanted.options is not None:
            asked = self._options(wanted)
            options = options if _tidied(options) == asked else asked
        barcode = None if wanted.no_barcode else wanted.barcode or variant.barcode
        weight = wanted.weight
        if weight is None and not wanted.no_weight:
            weight = variant.weight
        if (options, barcode, weight) == (variant.options, variant.barcode, variant.weight):
            return False
        self.product.change_variant(
            variant.id, options=options, barcode=barcode, weight=weight, now=self.uow.now
        )
        return True

    def _same_offer(self, variant: Variant, wanted: WantedVariant) -> Offer | None:
        """The offer that a row without a known SKU is about."""
        found = [each for each in self.offers if each.variant_id == variant.id]
        if wanted.condition is None and len(found) == 1:
            return found[0]
        condition = wanted.condition or Condition.NEW
        return next((each for each in found if each.condition is condition), None)

    def _change_offer(self, offer: Offer, wanted: WantedVariant) -> bool:
        if (other := self._rows.setdefault(offer.id, wanted.row)) != wanted.row:
            message = f"Row {other} is about the same variant."
            raise refusal(wanted.row, columns.SKU, "duplicate_sku", message)
        before = offer.version
        sku = offer.sku
        if wanted.sku is not None and wanted.sku != sku.strip():
            self._require_free(wanted, wanted.sku, offer)
            sku = wanted.sku
        compare_at_price = wanted.compare_at_price or offer.compare_at_price
        offer.change(
            sku=sku,
            price=wanted.price or offer.price,
            compare_at_price=None if wanted.no_compare_at_price else compare_at_price,
            condition=wanted.condition or offer.condition,
            now=self.uow.now,
        )
        if wanted.quantity is not None and self._count(offer, wanted.quantity):
            offer.touch(self.uow.now)
        return offer.version != before

    def _count(self, offer: Offer, on_hand: int) -> bool:
        if self.uow.stock.get(offer.id).on_hand == on_hand:
            return False
        item = self.uow.stock.get_for_update(offer.id)
        movement = item.enter(
            EnteredKind.COUNTED,
            on_hand,
            id=MovementId(self.new_id()),
            actor_id=self.requested_by,
            reason=None,
            field="/onHand",
            now=self.uow.now,
        )
        self.uow.stock.record(movement)
        return True

    def _require_free(self, wanted: WantedVariant, sku: str, holder: Offer | None) -> None:
        if any(each.sku == sku and each is not holder for each in self.offers):
            message = "The seller uses this SKU already."
            raise refusal(wanted.row, columns.SKU, "sku_taken", message)


def _tidied(options: Mapping[str, str]) -> Mapping[str, str]:
    """As they come out of a file."""
    return {name.strip(): value.strip() for name, value in options.items()}
