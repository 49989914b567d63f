import re
from datetime import timedelta
from pathlib import Path
from runpy import run_path

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from ..common import BricksCommon
from .sale_rule_common import SaleRuleCommon
from .test_order_portal import PIXEL


@tagged("-at_install", "post_install")
class TestSignature(SaleRuleCommon, BricksCommon, HttpCase):
    """A signature is for what was signed: nothing dearer, cheaper, more or else carries it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_user = new_test_user(
            cls.env,
            "client_test",
            groups="base.group_portal",
            partner_id=cls.client_partner.id,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            lang="en_US",
        )

    def _sign(self, order=None, **params):
        """The client signs in the portal.

        :return: ``(order, answer)``
        """
        if not order:
            order = self._new_order(
                (self.b8, 20, self.b8.pallet_uom_id), require_signature=True, require_payment=False
            )
            order.action_quotation_sent()
        self.authenticate("client_test", "client_test")
        answer = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept", {"name": "Karim Test", "signature": PIXEL, **params}
        )
        order.invalidate_recordset()
        return order, answer

    def _page(self, order):
        self.authenticate("client_test", "client_test")
        return self.url_open(f"/my/orders/{order.id}").text

    def _paper(self, order):
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "sale.report_saleorder", order.ids
        )
        return content.decode()

    def test_papers_of_a_changed_order_do_not_carry_the_signature(self):
        order, _answer = self._sign()
        self.assertEqual(order.state, "sale")
        self.assertIn('alt="Signature"', self._paper(order))
        self.assertIn('name="signature"', self._page(order))
        order.order_line.with_user(self.rep).price_unit = 40 * 253 * 5
        for text in (self._paper(order), self._page(order)):
            self.assertNotIn('alt="Signature"', text)
            self.assertNotIn('name="signature"', text)
            self.assertRegex(text, r"Karim Test.*202,400\.00.*1,012,000\.00")
        # who signed what stays known
        self.assertEqual(order.signed_by, "Karim Test")
        self.assertTrue(order.signature)
        order.order_line.with_user(self.rep).price_unit = 40 * 253
        self.assertIn('alt="Signature"', self._paper(order), "it is what he signed again")

    def test_what_counts_as_a_change(self):
        for vals, holds in (
            ({"name": "Bricks for the ground floor"}, True),
            # the same goods for the same money
            ({"product_uom_id": self.b8.uom_id.id, "product_uom_qty": 20 * 253}, True),
            ({"product_uom_qty": 21}, False),
            ({"product_uom_qty": 19}, False),
            ({"price_unit": 40 * 253 + 1}, False),
            ({"discount": 1}, False),
            # the same total for other goods
            ({"product_uom_qty": 10, "price_unit": 2 * 40 * 253}, False),
            (
                {
                    "product_id": self.b12.id,
                    "product_uom_id": self.b12.pallet_uom_id.id,
                    "price_unit": 40 * 253,
                },
                False,
            ),
        ):
            with self.subTest(vals=vals), self.env.cr.savepoint() as savepoint:
                self._new_rule(policy="block")
                order, _answer = self._sign()
                self.assertEqual(order.state, "sent")
                order.order_line.with_user(self.rep).write(vals)
                self.assertEqual(bool(order.signature_note), not holds)
                _order, answer = self._sign(order)
                self.assertEqual("error" in answer, holds, "nobody signs the same twice")
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()

    def test_an_approval_confirms_what_was_signed_only(self):
        self._new_rule(policy="ask")
        order, _answer = self._sign()
        self.assertEqual((order.state, order.rule_state), ("sent", "asked"))
        order.order_line.with_user(self.rep).price_unit = 2 * 40 * 253
        self._decide(order, "approved")
        self.assertEqual(order.state, "sent")
        activity = order.sudo().activity_ids.filtered(lambda act: act.user_id == self.rep)
        self.assertIn("sign", activity.note)
        page = self._page(order)
        self.assertIn("modalaccept", page, "he is asked to sign what he is offered now")
        self.assertNotIn("We have your signature", page)
        order, answer = self._sign(order)
        self.assertTrue(answer.get("force_refresh"), answer)
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.signature_note)
        self.assertEqual(order.amount_total, 2 * 40 * 5060)

    def test_nobody_signs_what_he_has_not_seen(self):
        """The price goes up between the page and the signature."""
        order = self._new_order(
            (self.b8, 20, self.b8.pallet_uom_id), require_signature=True, require_payment=False
        )
        order.action_quotation_sent()
        page = self._page(order)
        seen = re.search(r"/accept\?[^\"']*seen=(\w+)", page)[1]
        order.order_line.with_user(self.rep).price_unit = 2 * 40 * 253
        self.env.flush_all()
        self.authenticate("client_test", "client_test")
        url = f"/my/orders/{order.id}/accept?seen={seen}"
        params = {"name": "Karim Test", "signature": PIXEL}
        answer = self.make_jsonrpc_request(url, params)
        self.assertIn("changed", answer["error"])
        order.invalidate_recordset()
        self.assertFalse(order.signature)
        seen = re.search(r"/accept\?[^\"']*seen=(\w+)", self._page(order))[1]
        answer = self.make_jsonrpc_request(f"/my/orders/{order.id}/accept?seen={seen}", params)
        self.assertTrue(answer.get("force_refresh"), answer)
        self.assertEqual(order.state, "sale")

    def test_the_office_cannot_sign_for_the_client_in_silence(self):
        self._new_rule(policy="ask")
        order, _answer = self._sign()
        mine = order.with_user(self.rep)
        signature = mine.signature
        mine.order_line.price_unit = 2 * 40 * 253
        with self.assertRaises(AccessError):
            mine.signed_content = {"lines": []}
        mine.write({"signature": signature, "signed_by": "Karim Test"})
        self.assertIn(self.rep.name, order.sudo().message_ids[0].body)
        self._decide(order, "approved")
        self.assertEqual(order.state, "sent", "what the office has put in confirms nothing")

    def test_back_to_a_quotation_forgets_the_signature(self):
        order, _answer = self._sign()
        order.with_user(self.rep).action_cancel()
        order.with_user(self.rep).action_draft()
        self.assertFalse(order.signature)
        self.assertFalse(order.sudo().signed_content)
        self.assertFalse(order.copy().sudo().signed_content)

    def test_orders_signed_before_the_upgrade(self):
        """What was signed is known from the total that the chatter followed."""
        path = Path(__file__).parents[2] / "migrations/19.0.1.1.0/post-agreements.py"
        order, _answer = self._sign()
        changed, _answer = self._sign()
        approved = self._new_order((self.b8, 253, None))
        rule = self._new_rule(policy="ask")
        self._open_wizard(approved).action_ask_manager()
        self._decide(approved, "approved")
        (order | changed).sudo().signed_content = False
        line = changed.order_line.with_user(self.manager).with_context(tracking_disable=False)
        line.product_uom_qty = 30
        self.env.flush_all()
        self.env.cr.precommit.run()  # writes what was tracked
        for signed in (order | changed).sudo():
            signed.signed_on -= timedelta(hours=1)
        self.env.flush_all()
        self.env.cr.execute("UPDATE bti_sale_rule_hit SET approved_content = NULL")
        self.env.invalidate_all()
        run_path(str(path))["migrate"](self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertFalse(order.signature_note)
        self.assertRegex(changed.signature_note, r"202,400\.00.*303,600\.00")
        rule.order_domain = f"[('id', '=', {approved.id})]"
        order.order_line.product_uom_qty = 21
        self.assertRegex(order.signature_note, r"202,400\.00.*212,520\.00")
        approved.action_confirm()
        self.assertEqual(approved.state, "sale", "what was approved and not changed stays approved")
