from datetime import date, datetime

from odoo.tests import TransactionCase, tagged
from odoo.tools import format_amount, format_date, format_datetime
from odoo.tools.misc import formatLang

MOMENT = datetime(2026, 11, 29, 10, 14)


@tagged("post_install", "-at_install")
class TestAlgeria(TransactionCase):
    """An Arabic reader finds the months, figures and hours of Algeria."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.arabic = cls.env["res.lang"]._activate_lang("ar_001")
        cls.ar = cls.env(context={"lang": "ar_001", "tz": "Africa/Algiers"})

    def test_dates(self):
        for pattern, text in [
            ("d MMMM y", "1 جانفي 2025"),
            ("EEE d MMM", "الأربعاء 1 جانفي"),
            ("LLLL y", "جانفي 2025"),
            (False, "01/01/2025"),
        ]:
            with self.subTest(pattern):
                self.assertEqual(format_date(self.ar, date(2025, 1, 1), date_format=pattern), text)
        months = [
            format_date(self.ar, date(2026, month, 1), date_format="MMM") for month in (2, 7, 8)
        ]
        self.assertEqual(months, ["فيفري", "جويلية", "أوت"])

    def test_hours(self):
        for pattern, text in [
            ("short", "29/11/2026 11:14"),
            ("medium", "29/11/2026 11:14:00"),
            ("long", "29 نوفمبر 2026 11:14:00"),
        ]:
            with self.subTest(pattern):
                shown = format_datetime(self.ar, MOMENT, tz="Africa/Algiers", dt_format=pattern)
                self.assertEqual(shown[: len(text)], text)

    def test_numbers(self):
        dinar = self.env.ref("base.DZD")
        self.assertEqual(formatLang(self.ar, 5060, digits=0), "5\u00a0060")
        self.assertEqual(formatLang(self.ar, 10626.5), "10\u00a0626,50")
        self.assertIn("10\u00a0626,00", format_amount(self.ar, 10626, dinar))

    def test_months_of_groups(self):
        partners = self.env["res.partner"].create([{"name": "Client A"}])
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = '2026-02-03' WHERE id IN %s",
            (tuple(partners.ids),),
        )
        [group] = (
            self.env["res.partner"]
            .with_context(lang="ar_001")
            .formatted_read_group([("id", "in", partners.ids)], ["create_date:month"])
        )
        self.assertEqual(group["create_date:month"][1], "فيفري 2026")

    def test_what_somebody_chose_stays(self):
        self.arabic.write({"thousands_sep": ".", "decimal_point": ","})
        self.env["res.lang"]._bti_write_as_algeria()
        self.assertEqual(self.arabic.thousands_sep, ".")
        self.arabic.write(
            {"thousands_sep": ",", "decimal_point": ".", "time_format": "%I:%M:%S %p"}
        )
        self.env["res.lang"]._bti_write_as_algeria()
        self.assertEqual(
            (
                self.arabic.thousands_sep,
                self.arabic.decimal_point,
                self.arabic.time_format,
            ),
            ("\u00a0", ",", "%H:%M:%S"),
        )
