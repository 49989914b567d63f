"""Choice of the price rule of a sale line.

Pure functions on plain values: the rules of one price list are read once and kept, so that
typing a line asks the database nothing. Quantities are in the product's stock unit (pieces for
bricks), dates are UTC.

Among the rules that apply, the first in this order gives the price:

1. what it is for: the variant, the product, its category (the nearest first), everything;
2. where and how: wilaya and form, wilaya, form, neither;
3. volume: the highest minimum that the line reaches;
4. validity: the rule that began last, a rule without a beginning coming last;
5. the rule made last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """What decides whether a rule of a price list applies.

    At most one of ``product_id``, ``template_id``, ``category_id`` is set. An empty
    ``delivery_form`` is any form, no ``state_ids`` is every wilaya.
    """

    id: int
    product_id: int | None = None
    template_id: int | None = None
    category_id: int | None = None
    min_quantity: float = 0.0
    date_start: datetime | None = None
    date_end: datetime | None = None
    delivery_form: str | None = None
    state_ids: frozenset[int] = frozenset()

    @property
    def rank(self) -> tuple:
        """Sort key among the rules for one thing, see the module."""
        return (
            -bool(self.state_ids),
            -bool(self.delivery_form),
            -self.min_quantity,
            datetime.max - (self.date_start or datetime.min),
            -self.id,
        )

    def applies(self, date: datetime, delivery_form: str | None, state_id: int | None) -> bool:
        """Tell whether date, form and wilaya are those of the rule; volume is apart."""
        return (
            (not self.delivery_form or self.delivery_form == delivery_form)
            and (not self.state_ids or state_id in self.state_ids)
            and (not self.date_start or self.date_start <= date)
            and (not self.date_end or date <= self.date_end)
        )


class RuleTable:
    """The rules of one price list, found by what they are for."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_product: dict[int, list[Rule]] = defaultdict(list)
        self._by_template: dict[int, list[Rule]] = defaultdict(list)
        self._by_category: dict[int, list[Rule]] = defaultdict(list)
        self._for_all: list[Rule] = []
        self.has_destinations = False
        for rule in sorted(rules, key=lambda rule: rule.rank):
            self.has_destinations = self.has_destinations or bool(rule.state_ids)
            if rule.product_id:
                self._by_product[rule.product_id].append(rule)
            elif rule.template_id:
                self._by_template[rule.template_id].append(rule)
            elif rule.category_id:
                self._by_category[rule.category_id].append(rule)
            else:
                self._for_all.append(rule)

    @property
    def has_variants(self) -> bool:
        """Some rule is for one variant."""
        return bool(self._by_product)

    @property
    def has_categories(self) -> bool:
        """Some rule is for a category of products."""
        return bool(self._by_category)

    def candidates(
        self,
        product_id: int | None,
        template_id: int,
        category_ids: Sequence[int],
        date: datetime,
        delivery_form: str | None = None,
        state_id: int | None = None,
    ) -> Iterator[Rule]:
        """The rules that apply whatever the volume, in the order of choice.

        :param product_id: variant, or ``None`` when only the template is known
        :param template_id: product template
        :param category_ids: the product's category and those above it, nearest first
        :param date: moment of the order, UTC
        :param delivery_form: "loose" or "pallet"
        :param state_id: wilaya of the destination
        """
        groups = [self._by_product.get(product_id, ()), self._by_template.get(template_id, ())]
        groups += [self._by_category.get(category_id, ()) for category_id in category_ids]
        groups.append(self._for_all)
        for group in groups:
            for rule in group:
                if rule.applies(date, delivery_form, state_id):
                    yield rule


def choose(candidates: Iterable[Rule], quantity: float) -> Rule | None:
    """The first candidate whose volume is reached.

    :param quantity: in the product's stock unit
    """
    for rule in candidates:
        # as Odoo does: a rule without a minimum holds for corrections (negative) too
        if not rule.min_quantity or quantity >= rule.min_quantity:
            return rule
    return None
