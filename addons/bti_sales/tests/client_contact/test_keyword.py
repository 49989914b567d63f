from odoo.tests import tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestKeyword(DeliveryCommon):
    """Clients ask by SMS where their bricks are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls.env["bti.channel"]._find_channel(cls.company)
        cls.delivery = cls._new_delivery()
        cls.stranger = cls.env["res.partner"].create({"name": "Stranger"})

    def _ask(self, text, partner):
        """:return: (whether it was settled, texts of the answers)"""
        message = self.env["bti.message"].create(
            {
                "direction": "in",
                "state": "received",
                "channel_id": self.channel.id,
                "company_id": self.company.id,
                "number": "+213661223344",
                "body": text,
                "partner_id": partner.id,
            }
        )
        settled = bool(message._run_keyword())
        answers = self.env["bti.message"].search([("in_reply_to_id", "=", message.id)])
        return settled, answers.mapped("body")

    def test_a_client_learns_the_stage_and_gets_the_link(self):
        order = self.delivery.sale_id.name
        self.delivery._move_to_stage(self.stages["loading"])
        self.stages["loading"].client_label = "Being loaded"
        self.stages["loading"].with_context(lang="fr_FR").client_label = "En chargement"
        for text in ("suivi", f"SUIVI {order}", "commande !"):
            with self.subTest(text):
                settled, [answer] = self._ask(text, self.site)
                self.assertTrue(settled)
                self.assertIn(f"{order}: En chargement http", answer)
                self.assertIn("/t/", answer)

    def test_nobody_learns_of_orders_of_others(self):
        cases = [
            ("suivi", self.stranger),
            (f"suivi {self.delivery.sale_id.name}", self.stranger),
            ("suivi", self.env["res.partner"]),
            ("suivi S99999", self.site),
        ]
        for text, partner in cases:
            with self.subTest(text, partner=partner.name):
                self.assertEqual(self._ask(text, partner), (False, []), "an agent reads it")

    def test_the_word_decides_on_the_language(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.delivery.stage_id.with_context(lang="ar_001").client_label = "قيد التحضير"
        _settled, [answer] = self._ask("طلبي", self.site)
        self.assertIn("قيد التحضير", answer)

    def test_next_deliveries_come_first_and_the_last_one_is_told_afterwards(self):
        for kind in ("loading", "left", "delivered"):
            self.delivery._move_to_stage(self.stages[kind])
        self.assertEqual(self.delivery.state, "done")
        _settled, [answer] = self._ask("suivi", self.site)
        self.assertIn(self.delivery.sale_id.name, answer)
        waiting = self._new_delivery()
        _settled, [answer] = self._ask("suivi", self.site)
        self.assertIn(waiting.sale_id.name, answer)
        self.assertNotIn(self.delivery.sale_id.name, answer)

    def test_an_answer_has_room_for_three_deliveries(self):
        deliveries = [self.delivery, *(self._new_delivery((self.b8, 253)) for _index in range(4))]
        for day, delivery in zip((5, 1, 4, 2, 3), deliveries, strict=True):
            delivery.scheduled_date = f"2031-05-0{day} 08:00:00"
        _settled, [answer] = self._ask("suivi", self.site)
        told = [line.partition(":")[0] for line in answer.splitlines()]
        names = [deliveries[index].sale_id.name for index in (1, 3, 4)]
        self.assertEqual(told, names)
        deliveries[1].action_cancel()
        deliveries[3]._move_to_stage(self.stages["delivered"])
        _settled, [answer] = self._ask("suivi", self.site)
        told = [line.partition(":")[0] for line in answer.splitlines()]
        self.assertEqual(told, [deliveries[index].sale_id.name for index in (4, 2, 0)])

    def test_a_stage_that_the_client_does_not_read_has_its_name(self):
        self.delivery.stage_id.client_label = False
        name = self.delivery.stage_id.with_context(lang="fr_FR").name  # the word is French
        _settled, [answer] = self._ask("suivi", self.site)
        self.assertIn(f": {name} http", answer)

    def test_all_deliveries_cancelled_an_agent_reads_it(self):
        self.delivery.action_cancel()
        self.assertEqual(self._ask("suivi", self.site), (False, []))
