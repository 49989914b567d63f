import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import BricksCommon

DENIED = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestImportHistory(BricksCommon):
    """The goods and the past of the program before this one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._new_user("past_manager", "bti_crm.group_sales_manager")
        cls.manager.lang = "en_US"
        cls.company.country_id = cls.env.ref("base.dz")
        cls.b8.write({"default_code": "T-B8", "weight": 8.0})
        cls.client = cls.env["res.partner"].create({"name": "Past Client", "ref": "P1"})
        cls.profile = cls._profile("history")

    @classmethod
    def _profile(cls, kind):
        return (
            cls.env["bti.import.profile"]
            .with_user(cls.manager)
            .with_context(allowed_company_ids=cls.company.ids, lang="en_US")
            .create({"name": kind, "kind": kind, "company_id": cls.company.id})
        )

    def _import(self, text, profile=None):
        profile = profile or self.profile
        run = profile.env["bti.import.run"].create(
            {
                "profile_id": profile.id,
                "filename": "past.csv",
                "file": base64.b64encode(text.encode("cp1252")),
            }
        )
        run.action_check()
        run.action_run()
        self.assertEqual(run.state, "done")
        return run

    def _counts(self, run):
        run.invalidate_recordset()
        return run.create_count, run.update_count, run.same_count, run.wrong_count

    def test_deliveries_and_invoices_of_the_past(self):
        moves = self.env["stock.move"].search_count([])
        entries = self.env["account.move"].search_count([])
        text = (
            "Type;N° BL;Date;Code client;Article;Qté;Montant HT\n"
            "BL;17;31/12/2025;P1;T-B8;2 530;\n"
            "BL;17;31/12/2025;P1;T-B8;253;\n"
            "Facture;F9;46022;P1;T-B8;2783;116 886,00\n"
            "Avoir;A1;02/01/2026;P1;T-B8;253;10 626,00\n"
            ";;Total;;;5 819;\n"
        )
        run = self._import(text)
        self.assertEqual(run.line_ids.mapped("reason"), [])
        self.assertEqual(self._counts(run), (4, 0, 0, 0))
        history = self.env["bti.history"].search([("partner_id", "=", self.client.id)])
        self.assertEqual(
            history.sorted("id").mapped(
                lambda row: (
                    row.kind,
                    row.number,
                    str(row.date),
                    row.pieces,
                    row.weight,
                    row.amount,
                )
            ),
            [
                ("delivery", "17", "2025-12-31", 2530, 20240.0, 0.0),
                ("delivery", "17", "2025-12-31", 253, 2024.0, 0.0),
                ("invoice", "F9", "2025-12-31", 2783, 22264.0, 116886.0),
                ("refund", "A1", "2026-01-02", -253, -2024.0, -10626.0),
            ],
        )
        self.assertEqual(history.company_id, self.company)
        self.assertEqual(history.product_id, self.b8)
        self.assertEqual(self.env["stock.move"].search_count([]), moves)
        self.assertEqual(self.env["account.move"].search_count([]), entries)
        self.assertEqual(self._counts(self._import(text)), (0, 0, 4, 0))
        third = self._import(text.replace(";253;\n", ";506;\n"))
        self.assertEqual(self._counts(third), (0, 1, 3, 0))
        third.action_undo()
        run.action_undo()
        self.assertFalse(history.exists())

    def test_what_is_wrong_with_the_past(self):
        run = self._import(
            "N° BL;Date;Code client;Article;Qté;Montant HT\n"
            "1;soon;P1;T-B8;1;\n"
            "2;31/12/1926;P1;T-B8;1;\n"
            "3;01/01/2099;P1;T-B8;1;\n"
            "4;31/12/2025;NOBODY;T-B8;1;\n"
            "5;31/12/2025;P1;NOTHING;1;\n"
            "6;31/12/2025;P1;T-B8;1,5;\n"
            "7;31/12/2025;P1;T-B8;;\n"
            "8;31/12/2025;P1;T-B8;1;10,626\n"
            "9;31/12/2025;P1;T-B8;x;\n"
            ";31/12/2025;P1;T-B8;1;\n"
            "10;31/12/2025;P1;T-B8;1;42,00\n"
        )
        self.assertEqual(
            run.line_ids.mapped(lambda line: (line.line, line.column)),
            [(2, "Date"), (3, "Date"), (4, "Date"), (5, "Code of the client"), (6, "Product"),
             (7, "Pieces"), (8, "Pieces"), (9, "Untaxed amount"), (10, "Pieces"), (11, False)],
        )  # fmt: skip
        self.assertEqual(self._counts(run), (1, 0, 0, 10))

    def test_who_sees_the_past(self):
        self._import("N° BL;Date;Code client;Qté\n1;31/12/2025;P1;100\n")
        mine = self._new_user("past_rep", "bti_crm.group_rep")
        other = self._new_user("past_other", "bti_crm.group_rep")
        employee = self._new_user("past_employee", "base.group_user")
        foreign = self._new_user(
            "past_foreign", "bti_crm.group_sales_manager", company=self.other_company
        )
        self.client.user_id = mine
        for user, count in ((mine, 1), (other, 0), (self.manager, 1), (foreign, 0)):
            with self.subTest(user=user.login):
                rows = (
                    self.env["bti.history"].with_user(user)
                    .with_context(allowed_company_ids=user.company_id.ids)
                    .search([("partner_id", "=", self.client.id)])
                )  # fmt: skip
                self.assertEqual(len(rows), count)
        history = self.env["bti.history"].search([("partner_id", "=", self.client.id)])
        with self.assertRaises(AccessError), mute_logger(*DENIED):
            history.with_user(employee).read(["number"])
        for user in (mine, self.manager):
            for call in (
                lambda row: row.write({"pieces": 1}),
                lambda row: row.unlink(),
                lambda row: row.copy(),
            ):
                with self.assertRaises(AccessError), mute_logger(*DENIED):
                    call(history.with_user(user))

    def test_products(self):
        profile = self._profile("article")
        with self.assertRaises(AccessError), mute_logger(*DENIED):
            self._import("Code article;Désignation\nN-0;x\n", profile)
        # whoever may make products, by hand too
        self.manager.group_ids |= self.env.ref("product.group_product_manager")
        text = (
            "Code article;Désignation;Poids;Pièces par palette\n"
            "N-1;Brique neuve;7,5;200\n"
            "T-B8;Brique 8 trous;;\n"
            "N-2;;;\n"
            "N-3;Négative;-1;\n"
        )
        name = self.b8.name
        run = self._import(text, profile)
        self.assertEqual(
            run.line_ids.mapped("reason"), ["The name is missing.", "This cannot be negative."]
        )
        self.assertEqual(self._counts(run), (1, 0, 1, 2))
        new = self.env["product.template"].search([("default_code", "=", "N-1")])
        self.assertEqual(
            (new.name, new.weight, new.pieces_per_pallet, new.is_storable),
            ("Brique neuve", 7.5, 200, True),
        )
        self.assertEqual(self.b8.name, name)  # what is here stays
        self.assertEqual(self._counts(self._import(text, profile)), (0, 0, 2, 2))
        pricelist = self.env["product.pricelist"].create({"name": "x"})
        rule = self.env["product.pricelist.item"].create(
            {"pricelist_id": pricelist.id, "product_tmpl_id": new.id, "applied_on": "1_product",
             "fixed_price": 1}
        )  # fmt: skip
        with self.assertRaisesRegex(UserError, "something was built"):
            run.action_undo()
        rule.unlink()
        run.action_undo()
        self.assertFalse(new.exists())
