from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .change_common import PriceChangeCommon


@tagged("-at_install", "post_install")
class TestPriceChange(PriceChangeCommon):
    def test_the_lists_follow_by_themselves(self):
        change = self._new_change()
        change.action_prepare_lines()
        self.assertEqual(len(change.line_ids), 4)
        change.line_ids.filtered(lambda line: line.pricelist_id == self.resellers).new_value = 39
        change.action_plan()
        self.assertEqual(change.state, "planned")
        before, after = self.start - timedelta(seconds=1), self.start
        cases = [
            # list, quantity, wilaya, price before, price after
            (self.builders, 1, False, 40, 42),
            (self.builders, 5060, False, 38, 40),  # 39.90
            (self.builders, 1, self.bouira.id, 41, 43),  # 43.05
            (self.resellers, 1, False, 36, 39),
        ]
        for pricelist, quantity, state, old, new in cases:
            with self.subTest(pricelist=pricelist.name, quantity=quantity, state=state):
                kwargs = {"destination_state_id": state}
                self.assertEqual(self._price(pricelist, before, quantity, **kwargs), old)
                self.assertEqual(self._price(pricelist, after, quantity, **kwargs), new)
        self.assertAlmostEqual(self._price(self.builders, after, product=self.b12), 55.1)

    def test_discounts_change_so_that_the_price_does(self):
        formula = self.env["product.pricelist.item"].create(
            {
                "pricelist_id": self.resellers.id,
                "compute_price": "formula",
                "price_discount": 10,
                "price_surcharge": 2,
                "min_quantity": 10,
            }
        )
        change = self._new_change(product_tmpl_ids=False, percent=10)
        change.action_plan()
        line = change.line_ids.filtered(lambda line: line.item_id == self.rule_all)
        self.assertEqual((line.kind, line.old_value, line.new_value), ("discount", 5, -4.5))
        self.assertAlmostEqual(line.change_percent, 10)
        self.assertAlmostEqual(
            self._price(self.builders, self.start, product=self.b12), 58 * 0.95 * 1.1
        )
        self.assertIn(formula, change.line_ids.item_id)
        self.assertAlmostEqual(
            self._price(self.resellers, self.start, 10, self.b12), (58 * 0.9 + 2) * 1.1
        )

    def test_product_without_a_rule_of_its_own(self):
        change = self._new_change(
            product_tmpl_ids=[Command.set(self.b12.product_tmpl_id.ids)],
            pricelist_ids=[Command.set(self.builders.ids)],
        )
        change.action_plan()
        self.assertAlmostEqual(change.line_ids.old_value, 55.1)
        self.assertAlmostEqual(
            self._price(self.builders, self.start - timedelta(days=1), product=self.b12), 55.1
        )
        self.assertEqual(self._price(self.builders, self.start, product=self.b12), 58)
        change.action_cancel()
        self.assertAlmostEqual(self._price(self.builders, self.start, product=self.b12), 55.1)

    def test_to_a_new_price_by_form(self):
        pallet = self._new_rule(self.builders, self.b8, 39, delivery_form="pallet")
        change = self._new_change(method="price", new_price=44, delivery_form="pallet")
        change.pricelist_ids = self.builders
        change.action_prepare_lines()
        self.assertEqual(change.line_ids.item_id, pallet)
        change.action_plan()
        price = {
            form: self._price(self.builders, self.start, delivery_form=form)
            for form in ("pallet", "loose")
        }
        self.assertEqual(price, {"pallet": 44, "loose": 40})

    def test_cancelled_before_its_date(self):
        rules = self.env["product.pricelist.item"].search(
            [("pricelist_id", "in", (self.builders | self.resellers).ids)]
        )
        seen = rules.read(["date_start", "date_end", "fixed_price"])
        change = self._new_change()
        change.action_plan()
        self.assertNotEqual(rules.read(["date_start", "date_end", "fixed_price"]), seen)
        change.action_cancel()
        self.assertEqual(change.state, "cancelled")
        self.assertEqual(rules.read(["date_start", "date_end", "fixed_price"]), seen)
        self.assertEqual(
            rules,
            self.env["product.pricelist.item"].search(
                [("pricelist_id", "in", (self.builders | self.resellers).ids)]
            ),
        )
        change.action_cancel()
        with self.assertRaisesRegex(UserError, "planned already"):
            change.action_plan()

    def test_two_changes_one_after_the_other(self):
        first = self._new_change()
        first.action_plan()
        second = self._new_change(name="Second", date=self.date + relativedelta(months=1))
        second.action_plan()
        later = self.start + relativedelta(months=2)
        self.assertEqual(self._price(self.builders, self.start), 42)
        self.assertEqual(self._price(self.builders, later), 44)
        first.action_cancel()
        self.assertEqual(self._price(self.builders, self.start), 40)
        self.assertEqual(self._price(self.builders, later), 44, "as planned")
        second.action_cancel()
        self.assertEqual(self._price(self.builders, later), 40)

    def test_lines_prepared_before_another_change_are_refused(self):
        late = self._new_change(name="Late", date=self.date + relativedelta(months=1))
        late.action_prepare_lines()
        self._new_change().action_plan()
        with self.assertRaisesRegex(UserError, "Prepare the lines again"):
            late.action_plan()
        late.action_prepare_lines()
        late.action_plan()

    def test_state_follows_the_date(self):
        change = self._new_change()
        change.action_plan()
        self.env["bti.price.change"]._cron_follow()
        self.assertEqual(change.state, "planned")
        self.env.cr.execute(
            "UPDATE bti_price_change SET date = %s WHERE id = %s",
            (self.company._bti_today() - timedelta(days=1), change.id),
        )
        change.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "in force"):
            change.action_cancel()
        self.env["bti.price.change"]._cron_follow()
        self.assertEqual(change.state, "in_force")
        with self.assertRaisesRegex(UserError, "in force"):
            change.action_cancel()
        with self.assertRaises(UserError):
            change.unlink()

    def test_bad_input(self):
        with self.assertRaisesRegex(UserError, "tomorrow"):
            self._new_change(date=self.company._bti_today()).action_plan()
        with self.assertRaisesRegex(ValidationError, "no price"):
            self._new_change(percent=-100)
        with self.assertRaisesRegex(ValidationError, "negative"):
            self._new_change(method="price", new_price=-1)
        with self.assertRaisesRegex(UserError, "Choose the products"):
            self._new_change(method="price", new_price=1, product_tmpl_ids=False).action_plan()
        with self.assertRaisesRegex(UserError, "No rule"):
            self._new_change(product_tmpl_ids=False, delivery_form="pallet").action_plan()
        change = self._new_change()
        change.action_plan()
        with self.assertRaisesRegex(UserError, "planned already"):
            change.date = self.date + timedelta(days=1)
        with self.assertRaisesRegex(UserError, "planned already"):
            change.line_ids[0].new_value = 1
