import io
from datetime import date, datetime, timedelta

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from ..common import BricksCommon


class PriceSheetCommon(BricksCommon):
    """Two kinds of clients, each with a list; one client of each kind in the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.dz")
        cls.env["account.chart.template"]._load("generic_coa", cls.company, install_demo=False)
        cls.company.partner_id.tz = "Africa/Algiers"
        cls.company.vat = "000015012345678"
        cls.env.company.partner_id.tz = "Africa/Algiers"
        cls.tizi, cls.bouira = (cls.env.ref(f"bti_crm.state_dz_{code}") for code in (15, 10))
        cls.kinds = cls.env["bti.client.kind"].create(
            [{"name": "Reseller test"}, {"name": "Private test"}]
        )
        cls.tax = (
            cls.env["account.tax"]
            .with_company(cls.company)
            .create({"name": "VAT test", "amount": 19, "company_id": cls.company.id})
        )
        (cls.b8 | cls.b12 | cls.hourdis).taxes_id = cls.tax
        cls.reseller_list, cls.private_list = cls.env["product.pricelist"].create(
            [
                {
                    "name": f"{kind.name} list",
                    "company_id": cls.company.id,
                    "currency_id": cls.company.currency_id.id,
                    "client_kind_ids": [Command.set(kind.ids)],
                }
                for kind in cls.kinds
            ]
        )
        cls._price(cls.reseller_list, cls.b8, 40)
        cls._price(cls.reseller_list, cls.b8, 38, min_quantity=253 * 20)
        cls._price(cls.private_list, cls.b8, 44.44)
        cls.client_partner.write({"client_kind_id": cls.kinds[0].id, "state_id": cls.tizi.id})
        cls.private = cls.env["res.partner"].create(
            {
                "name": "Private client",
                "lang": "en_US",
                "client_kind_id": cls.kinds[1].id,
                "email": "private@example.com",
                "country_id": cls.env.ref("base.dz").id,
            }
        )
        cls.client_partner.email = "reseller@example.com"

    @classmethod
    def _price(cls, pricelist, product, price, **values):
        return cls.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "applied_on": "1_product",
                "product_tmpl_id": product.product_tmpl_id.id,
                "compute_price": "fixed",
                "fixed_price": price,
                **values,
            }
        )

    def _sheet(self, product, pricelist=None, **profile):
        values = (
            (pricelist or self.reseller_list).with_company(self.company)._get_price_sheet(**profile)
        )
        return {
            sheet.product: sheet for _category, sheets in values["categories"] for sheet in sheets
        }.get(product)

    def _rows(self, product, **profile):
        sheet = self._sheet(product, **profile)
        return [(row.form, row.pieces, row.piece) for row in sheet.rows]


@tagged("-at_install", "post_install")
class TestPriceSheet(PriceSheetCommon):
    """The document says what an order would say."""

    def test_steps_of_volume_with_and_without_tax(self):
        first, second = self._sheet(self.b8).rows
        self.assertEqual((first.form, first.pieces, first.pallets), ("", 1, 0))
        self.assertEqual((first.piece, first.piece_taxed), (40, 47.6))
        self.assertEqual((first.pallet, first.pallet_taxed), (40 * 253, 12042.8))
        self.assertEqual((second.pieces, second.pallets, second.piece), (5060, 20, 38))

    def test_tax_of_a_pallet_is_not_that_of_a_piece_times(self):
        [row] = self._sheet(self.b8, self.private_list).rows
        self.assertEqual(row.piece_taxed, 52.88)  # 52.8836
        self.assertEqual((row.pallet, row.pallet_taxed), (11243.32, 13379.55))

    def test_pallets_are_those_of_the_company_of_the_list(self):
        self.b8.with_company(self.company).company_pieces_per_pallet = 250
        sheet = self._sheet(self.b8, self.private_list.with_company(self.other_company))
        self.assertEqual((sheet.size, sheet.rows[0].pallet), (250, 11110))
        self.private_list.company_id = self.other_company
        sheet = self._sheet(self.b8, self.private_list)
        self.assertEqual((sheet.size, sheet.rows[0].pallet), (253, 11243.32))

    def test_forms_and_wilayas(self):
        self._price(self.reseller_list, self.b12, 50)
        self.assertEqual(self._rows(self.b12), [("", 1, 50)])
        self._price(self.reseller_list, self.b12, 48, delivery_form="loose")
        self.assertEqual(self._rows(self.b12), [("loose", 1, 48), ("pallet", 148, 50)])
        self._price(self.reseller_list, self.b12, 53, state_ids=[Command.set(self.bouira.ids)])
        self.assertEqual(self._rows(self.b12, state=self.bouira), [("", 1, 53)])
        self.assertEqual(
            self._rows(self.b12, state=self.tizi), [("loose", 1, 48), ("pallet", 148, 50)]
        )

    def test_products_that_are_never_palletised_or_never_loose(self):
        self.assertEqual(self._rows(self.hourdis), [("", 1, 90)])
        self.assertFalse(self._sheet(self.hourdis).rows[0].pallet)
        self.b12.sold_loose = False
        self.assertEqual(self._rows(self.b12), [("pallet", 148, 55)])

    def test_services_and_announced_products_are_left_out(self):
        service = self.env["product.product"].create({"name": "Crane", "type": "service"})
        self.assertIsNone(self._sheet(service))
        self.b12.coming_soon = True
        self.assertIsNone(self._sheet(self.b12))

    def test_a_price_to_come_is_announced(self):
        today = date.today()
        begin = today + timedelta(days=30)
        moment = datetime.combine(begin, datetime.min.time()) - timedelta(hours=1)
        self.reseller_list.item_ids.date_end = moment - timedelta(seconds=1)
        self._price(self.reseller_list, self.b8, 45, date_start=moment)
        sheet = self._sheet(self.b8)
        self.assertEqual([row.piece for row in sheet.rows], [40, 38])
        self.assertEqual(sheet.rows[0].until, begin - timedelta(days=1))
        [(day, rows)] = sheet.changes
        self.assertEqual(day, begin)
        self.assertEqual([row.piece for row in rows], [45])
        later = self._sheet(self.b8, day=begin)
        self.assertEqual([row.piece for row in later.rows], [45])
        self.assertFalse(later.changes)

    def test_a_list_computed_from_another(self):
        derived = self.env["product.pricelist"].create(
            {
                "name": "Derived",
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "formula",
                            "base": "pricelist",
                            "base_pricelist_id": self.reseller_list.id,
                            "price_discount": 10,
                        }
                    )
                ],
            }
        )
        self.assertEqual(self._sheet(self.b8, derived).rows[0].piece, 36)
        begin = datetime.now().replace(microsecond=0) + timedelta(days=30)
        self._price(self.reseller_list, self.b8, 50, date_start=begin)
        self.assertEqual(self._sheet(self.b8, derived).changes[0][1][0].piece, 45)

    def test_an_order_says_the_same(self):
        for pieces, form in ((1, "loose"), (5060, "pallet"), (253, "pallet")):
            order = self._new_order((self.b8, pieces, None))
            order.order_line.delivery_form = form
            row = [row for row in self._sheet(self.b8).rows if row.pieces <= pieces][-1]
            self.assertEqual(order.order_line.price_unit, row.piece)

    def test_each_client_has_the_list_of_his_kind(self):
        for partner, expected in ((self.client_partner, 40), (self.private, 44.44)):
            values = partner.with_company(self.company)._get_price_sheet()
            pieces = [
                sheet.rows[0].piece
                for _category, sheets in values["categories"]
                for sheet in sheets
                if sheet.product == self.b8
            ]
            self.assertEqual(pieces, [expected])

    def test_sending_to_a_kind(self):
        wizard = (
            self.env["bti.price.sheet"]
            .with_user(self.rep)
            .with_company(self.company)
            .create({"pricelist_id": self.reseller_list.id, "lang": "en_US"})
        )
        self.assertEqual(wizard.kind_ids, self.kinds[0])
        self.assertEqual(wizard._get_recipients(), self.client_partner)
        action = wizard.action_send()
        self.assertEqual(action["context"]["default_res_ids"], self.client_partner.ids)
        wizard.kind_ids = self.kinds[1]
        with self.assertRaises(UserError):
            wizard.action_send()

    def test_the_mail_carries_the_clients_own_document(self):
        action = self.client_partner.with_user(self.rep).action_send_prices()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.rep)
            .with_context(**action["context"])
            .create({})
        )
        self.assertIn("price list", composer.subject)
        self.assertEqual(len(composer.attachment_ids), 1)

    def _new_clients(self, count, **values):
        return self.env["res.partner"].create(
            [
                {
                    "name": f"Mailed {number}",
                    "email": f"mailed{number}@example.com",
                    "client_kind_id": self.kinds[0].id,
                    "user_id": self.rep.id,
                    **values,
                }
                for number in range(count)
            ]
        )

    def _start_mailing(self, clients):
        """Send the price list, as from Contacts; the mailing as the rep sees it."""
        action = clients.with_user(self.rep).with_company(self.company).action_send_prices()
        self.assertEqual(action["res_model"], "bti.price.mailing")
        return self.env["bti.price.mailing"].with_user(self.rep).browse(action["res_id"])

    def _run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("bti_sales.cron_price_mailing").method_direct_trigger()

    def test_many_clients_are_sent_to_by_a_job_that_tells_how_far_it_is(self):
        clients = self._new_clients(3)
        mailing = self._start_mailing(clients)
        self.assertEqual((mailing.state, mailing.client_count), ("draft", 3))
        self.env["ir.cron.trigger"].search([]).unlink()
        mailing.action_start()
        self.assertFalse(
            self.env["mail.mail"].search([("recipient_ids", "in", clients.ids)]),
            "no document is printed in the request",
        )
        cron = self.env.ref("bti_sales.cron_price_mailing")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        self._run_job()
        self.assertEqual((mailing.state, mailing.progress), ("done", 100))
        mails = self.env["mail.mail"].search([("recipient_ids", "in", clients.ids)])
        self.assertEqual(mails.mapped("state"), ["outgoing"] * 3)
        self.assertEqual(mails.recipient_ids, clients)
        for mail in mails:
            self.assertEqual(len(mail.attachment_ids), 1)
            self.assertEqual(mail.author_id, self.rep.partner_id)
        self._run_job()
        again = self.env["mail.mail"].search([("recipient_ids", "in", clients.ids)])
        self.assertEqual(again, mails)

    def test_who_wants_no_offers_or_has_no_address_is_not_sent_to(self):
        clients = self._new_clients(3)
        clients[1].email = "not an address"
        self.env["bti.consent"]._record(
            self.company, "email", clients[2].email_normalized, "withdrawn", "call", proof="Call"
        )
        mailing = self._start_mailing(clients)
        mailing.action_start()
        self._run_job()
        self.assertEqual(mailing.line_ids.mapped("state"), ["sent", "failed", "refused"])
        clients[1].email = "found@example.com"
        mailing.action_send_rest()
        self._run_job()
        self.assertEqual(mailing.line_ids.mapped("state"), ["sent", "sent", "refused"])

    def test_a_stopped_mailing_goes_on_where_it_was(self):
        mailing = self._start_mailing(self._new_clients(2))
        mailing.action_start()
        mailing.action_stop()
        self._run_job()
        self.assertEqual(set(mailing.line_ids.mapped("state")), {"waiting"})
        mailing.action_send_rest()
        self._run_job()
        self.assertEqual(set(mailing.line_ids.mapped("state")), {"sent"})

    def test_mailings_of_others_are_not_theirs(self):
        mailing = self._start_mailing(self._new_clients(2))
        employee = self._new_user("employee_mailing", "base.group_user")
        stranger = self._new_user(
            "stranger_mailing", "bti_crm.group_sales_manager", company=self.other_company
        )
        for user in (self.other_rep, employee, stranger):
            other = mailing.with_user(user).with_context(allowed_company_ids=user.company_id.ids)
            for call in (
                lambda other=other: other.read(["name"]),
                other.action_start,
                other.action_stop,
                lambda other=other: other.line_ids.read(["state"]),
            ):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    call()
        for values in ({"state": "done"}, {"user_id": self.other_rep.id}):
            with self.assertRaises(AccessError):
                mailing.write(values)
        with self.assertRaises(AccessError):
            mailing.line_ids.write({"state": "sent"})

    def _print(self, report, records):
        content, _kind = (
            self.env["ir.actions.report"]
            .with_company(self.company)
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(report, records.ids)
        )
        return " ".join(
            " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split()
        )

    def test_the_document_in_three_languages(self):
        for lang in ("fr_FR", "ar_001"):
            self.env["res.lang"]._activate_lang(lang)
        for lang in ("en_US", "fr_FR", "ar_001"):
            with self.subTest(lang=lang):
                sheet = self.env["bti.price.sheet"].create(
                    {"pricelist_id": self.reseller_list.id, "lang": lang}
                )
                text = self._print("bti_sales.report_price_sheet", sheet)
                for expected in ("B8 test", "253", "000015012345678"):
                    self.assertIn(expected, text)
        self.assertIn("44.44", self._print("bti_sales.report_partner_prices", self.private))


@tagged("-at_install", "post_install")
class TestPricePortal(PriceSheetCommon, HttpCase):
    """Two clients of different kinds, each at his own prices and bonus."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for login, partner in (
            ("reseller_test", cls.client_partner),
            ("private_test", cls.private),
        ):
            new_test_user(
                cls.env,
                login,
                groups="base.group_portal",
                partner_id=partner.id,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
                lang="en_US",
            )
        cls.rule = cls.env["bti.bonus.rule"].create(
            {
                "name": "Reseller bonus",
                "company_id": cls.company.id,
                "client_kind_ids": [Command.set(cls.kinds[0].ids)],
                "tier_ids": [Command.create({"threshold": 20000, "reward": 3})],
            }
        )
        cls.statement = cls.env["bti.bonus.statement"].create(
            {
                "rule_id": cls.rule.id,
                "partner_id": cls.client_partner.id,
                "period_start": "2025-01-01",
                "period_end": "2025-12-31",
                "decision": "proposed",
                "amount": 1234.5,
            }
        )

    def test_two_clients_two_lists(self):
        self.authenticate("reseller_test", "reseller_test")
        page = self.url_open("/my/prices").text
        self.assertIn(">40.00<", page)
        self.assertNotIn("44.44", page)
        self.authenticate("private_test", "private_test")
        page = self.url_open("/my/prices").text
        self.assertIn("44.44", page)
        self.assertNotIn(">40.00<", page)
        self.assertNotIn(">38.00<", page)

    def test_the_document_is_downloaded(self):
        self.authenticate("private_test", "private_test")
        answer = self.url_open("/my/prices/pdf")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")

    def test_a_wilaya_of_his_own_sites_only(self):
        self._price(self.reseller_list, self.b8, 77.77, state_ids=[Command.set(self.bouira.ids)])
        self.authenticate("reseller_test", "reseller_test")
        page = f"/my/prices?wilaya={self.bouira.id}"
        self.assertNotIn("77.77", self.url_open(page).text)
        self.env["res.partner"].create(
            {
                "name": "Site",
                "type": "delivery",
                "parent_id": self.client_partner.id,
                "state_id": self.bouira.id,
            }
        )
        self.assertIn("77.77", self.url_open(page).text)
        for wrong in ("x", "-1", "999999", "1;DROP"):
            self.assertEqual(self.url_open(f"/my/prices?wilaya={wrong}").status_code, 200)

    def test_a_visitor_must_log_in(self):
        self.authenticate(None, None)
        for path in (
            "/my/prices",
            "/my/prices/pdf",
            "/my/bonus",
            f"/my/bonus/{self.statement.id}/pdf",
        ):
            self.assertIn("/web/login", self.url_open(path).url)

    def test_two_clients_two_bonuses(self):
        self.authenticate("reseller_test", "reseller_test")
        page = self.url_open("/my/bonus").text
        self.assertIn("20,000 more and the bonus is 3 %", page)
        self.assertIn("1,234.50", page)
        self.authenticate("private_test", "private_test")
        page = self.url_open("/my/bonus").text
        self.assertNotIn("Reseller bonus", page)
        self.assertNotIn("1,234.50", page)
        answer = self.url_open(f"/my/bonus/{self.statement.id}/pdf")
        self.assertTrue(answer.url.endswith("/my/bonus"), "not his: back to his own page")
        self.authenticate("reseller_test", "reseller_test")
        answer = self.url_open(f"/my/bonus/{self.statement.id}/pdf")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")

    def test_running_and_refused_ones_are_not_shown(self):
        self.statement.decision = "refused"
        self.authenticate("reseller_test", "reseller_test")
        self.assertNotIn("1,234.50", self.url_open("/my/bonus").text)
        answer = self.url_open(f"/my/bonus/{self.statement.id}/pdf")
        self.assertTrue(answer.url.endswith("/my/bonus"))
