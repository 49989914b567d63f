from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import BtiCrmCommon

DENIED = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestRequirements(BtiCrmCommon):
    """Requirements of a client and of his site, told to who sells and who delivers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.crane, cls.deposit = cls.env["bti.requirement.kind"].create(
            [
                {"name": "Crane", "sequence": 1},
                {"name": "Deposit", "sequence": 2, "for_driver": False},
            ]
        )
        cls.site = cls.env["res.partner"].create(
            {"name": "Site", "parent_id": cls.client.id, "type": "delivery"}
        )

    @classmethod
    def _require(cls, partner, kind, **values):
        return cls.env["bti.requirement"].create(
            {"partner_id": partner.id, "kind_id": kind.id, **values}
        )

    def text(self, partner, company=None, **options):
        self.env.invalidate_all()
        return partner.with_user(self.nadia)._get_requirement_text(company or self.bti, **options)

    def test_a_site_has_those_of_its_client(self):
        self.assertEqual(self.text(self.site), "")
        self._require(self.client, self.deposit)
        self.assertEqual(self.text(self.site), "Deposit")
        self._require(self.site, self.crane, note="35 m")
        self.assertEqual(self.text(self.site), "Crane (35 m) · Deposit")
        self.assertEqual(self.text(self.site, for_driver=True), "Crane (35 m)")
        self.assertEqual(self.text(self.client), "Deposit")
        self._require(self.client, self.crane, note="35 m")
        self.assertEqual(self.text(self.site), "Crane (35 m) · Deposit")

    def test_those_that_hold_today_for_this_company(self):
        today = self.bti._bti_today()
        for values, said in (
            ({"valid_until": today}, True),
            ({"valid_until": today - timedelta(1)}, False),
            ({"company_id": self.bti.id}, True),
            ({"company_id": self.iagm.id}, False),
        ):
            with self.subTest(values=values):
                found = self._require(self.client, self.crane, **values)
                self.assertEqual(bool(self.text(self.site)), said)
                found.unlink()
        self.assertFalse(self.site.has_requirements)

    def test_nothing_is_read_where_there_is_none(self):
        self.env.invalidate_all()
        self.site.fetch(["has_requirements", "parent_id"])
        with self.assertQueryCount(0):
            self.site._get_requirement_text(self.bti)

    def test_typed_in_the_file_and_found(self):
        with Form(self.client.with_user(self.nadia)) as form:
            with form.requirement_ids.new() as line:
                line.kind_id = self.crane
                line.note = "35 m"
        found = self.env["res.partner"].search([("requirement_ids.kind_id", "ilike", "crane")])
        self.assertIn(self.client, found)

    def test_who_may_do_what(self):
        portal = new_test_user(self.env, "requirement_portal", "base.group_portal")
        shared = self._require(self.client, self.crane)
        theirs = self._require(self.client, self.deposit, company_id=self.iagm.id)
        with mute_logger(*DENIED):
            for user, record, may_read, may_write in (
                (self.nadia, shared, True, True),
                (self.karim, shared, True, True),
                (self.idir, shared, True, True),
                (self.fatma, shared, True, False),
                (portal, shared, False, False),
                (self.nadia, theirs, False, False),
                (self.idir, theirs, True, True),
                (self.samia, self.crane, True, True),
                (self.nadia, self.crane, True, False),
            ):
                with self.subTest(user=user.login, record=record.display_name):
                    record = record.with_user(user).with_context(
                        allowed_company_ids=user.company_ids.ids
                    )
                    self.assertEqual(record.has_access("read"), may_read)
                    if record._name == "bti.requirement":
                        self.assertEqual(record.has_access("write"), may_write)
            with self.assertRaises(AccessError), self.cr.savepoint():
                shared.with_user(self.nadia).company_id = self.iagm
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.client.with_user(self.nadia).has_requirements = False
