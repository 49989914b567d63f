from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import BtiCrmCommon

DENIED = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
FOREMAN = "+213661000203"


@tagged("post_install", "-at_install")
class TestPhones(BtiCrmCommon):
    """A client has several numbers in one form, and is found and recognised by each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.use = cls.env["bti.phone.use"].create({"name": "Foreman (tests)"})
        cls.foreman = cls._new_phone("0661 00 02 03")

    @classmethod
    def _new_phone(cls, number, partner=None):
        return cls.env["bti.client.phone"].create(
            {
                "partner_id": (partner or cls.client).id,
                "number": number,
                "use_id": cls.use.id,
            }
        )

    def test_one_form_for_all_spellings(self):
        for typed in (
            "0550 12 34 56",
            "+213550123456",
            "00213 550-12-34-56",
            "٠٥٥٠١٢٣٤٥٦",
        ):
            with self.subTest(typed=typed):
                phone = self._new_phone(typed)
                self.assertEqual(phone.number, "+213 550 12 34 56")
                self.assertEqual(phone.number_e164, "+213550123456")
                phone.unlink()

    def test_what_is_no_number_or_two_is_refused(self):
        for typed in ("tomorrow", "12", "0550123456 / 0550123457"):
            with (
                self.subTest(typed=typed),
                self.assertRaises(ValidationError),
                self.cr.savepoint(),
            ):
                self._new_phone(typed)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.foreman.number = "none"
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._new_phone(FOREMAN)

    def test_found_by_each_number_however_typed(self):
        Partner = self.env["res.partner"].with_user(self.nadia)
        for typed in ("0661000203", "661 00 02", FOREMAN, "+213 661 000 203"):
            with self.subTest(typed=typed):
                found = Partner.search([("display_name", "ilike", typed)])
                self.assertIn(self.client.id, found.ids)
                found = Partner.search([("phone_mobile_search", "ilike", typed)])
                self.assertIn(self.client.id, found.ids)
        self.assertEqual(Partner.search([("phone_numbers", "in", [FOREMAN])]).ids, self.client.ids)
        self.assertEqual(self.client._bti_get_numbers()[0], "+213550000901")
        self.foreman.number = "0661 00 02 04"
        self.assertFalse(Partner.search([("phone_numbers", "in", [FOREMAN])]))
        self.foreman.unlink()
        self.assertEqual(self.client._bti_get_numbers(), ["+213550000901"])

    def test_own_field_stays_the_first_and_is_not_said_twice(self):
        self._new_phone("0550 00 09 01")
        self.client.phone = "0550 00 09 01 / 021 00 00 01"
        self.assertEqual(self.client._bti_get_numbers(), ["+213550000901", "+21321000001", FOREMAN])

    def test_message_of_a_further_number_is_his(self):
        channel = self.env["bti.channel"].search(
            [("company_id", "=", self.bti.id), ("provider", "=", "log")], limit=1
        )
        message = self.env["bti.message"]._receive(channel, "in 1", FOREMAN, "Bonjour")
        self.assertEqual(message.partner_id, self.client)

    def test_typed_in_the_file(self):
        with Form(self.client.with_user(self.nadia)) as form:
            with form.client_phone_ids.new() as line:
                line.number = "0770998877"
                self.assertEqual(line.number, "+213 770 99 88 77")
                line.use_id = self.use
        self.assertIn("+213770998877", self.client._bti_get_numbers())

    def test_hours(self):
        self.client.write({"call_from": 9, "call_to": 17.5})
        Partner = self.env["res.partner"].with_user(self.nadia).with_company(self.bti)
        for moment, reachable in (
            ("2026-03-02 07:59:00", False),  # an hour later in Algiers
            ("2026-03-02 08:00:00", True),
            ("2026-03-02 16:29:00", True),
            ("2026-03-02 16:30:00", False),
        ):
            with self.subTest(moment=moment), freeze_time(moment):
                self.client.invalidate_recordset()
                client = Partner.browse(self.client.id)
                self.assertEqual(client.can_be_called_now, reachable)
                inside = [("id", "=", client.id)]
                for value in (True, False):
                    found = Partner.search([*inside, ("can_be_called_now", "=", value)])
                    self.assertEqual(bool(found), reachable == value)
        for start, end in ((17, 9), (9, 9), (-1, 5), (9, 25)):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self.client.write({"call_from": start, "call_to": end})
        self.client.write({"call_from": 0, "call_to": 0})
        self.assertTrue(self.client.can_be_called_now)
        self.assertTrue(
            Partner.search_count([("id", "=", self.client.id), ("can_be_called_now", "=", True)])
        )

    def test_who_may_do_what(self):
        portal = new_test_user(self.env, "phone_portal", "base.group_portal")
        theirs = self._new_phone(
            "0550 12 34 56",
            self.env["res.partner"].create({"name": "Theirs", "company_id": self.iagm.id}),
        )
        with mute_logger(*DENIED):
            for user, phone, may_read, may_write in (
                (self.nadia, self.foreman, True, True),
                (self.karim, self.foreman, True, True),
                (self.idir, self.foreman, True, True),  # a shared client
                (self.fatma, self.foreman, True, False),
                (self.nadia, theirs, False, False),
                (self.idir, theirs, True, True),
                (portal, self.foreman, False, False),
            ):
                with self.subTest(user=user.login, phone=phone.number):
                    phone = phone.with_user(user).with_context(
                        allowed_company_ids=user.company_ids.ids
                    )
                    self.assertEqual(phone.has_access("read"), may_read)
                    self.assertEqual(phone.has_access("write"), may_write)
            # neither taken from another company's client nor given to him
            for values in ({"partner_id": theirs.partner_id.id},):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    self.foreman.with_user(self.nadia).write(values)
                with self.assertRaises(AccessError), self.cr.savepoint():
                    self.foreman.with_user(self.nadia).create({"number": "0770998877", **values})
