"""The rights of every role on every model that the screens show.

``rights_table.csv`` says for each model and role what the role may do (c r w u: create, read,
write, unlink) with the rep's own records, another rep's, those of the whole company, another
company's, those common to all; with any where there is no sample record. A role of the house has a
line only where it may do something else than a plain employee.

After a change of rights that is meant, write the table again and read its difference::

    BTI_WRITE_RIGHTS=1 <run this test>
"""

import csv
import os
from pathlib import Path

from odoo.tests import tagged

from ..rights_common import OUR_MODULES, ROLES, SCOPES, RightsCommon

TABLE = Path(__file__).parents[1] / "rights_table.csv"
# What everybody of the house knows of other companies: who works there, which ways to pay there
# are, how the teams that answer clients are called, that somebody was told something.
KNOWN_OF_OTHERS = {
    "account.payment.method.line",
    "im_livechat.channel",
    "mail.notification",
    "res.users",
}
# What a rep may change of another rep's: contacts are shared, and so are conversations.
SHARED_WITH_REPS = {
    "bti.client.phone",
    "bti.requirement",
    "bti.site.quantity",
    "discuss.channel",
    "discuss.channel.member",
    "mail.notification",
    "res.partner",
}
# Chatters and own settings: Odoo checks them by the document or by the person.
PERSONAL = {"mail.notification", "mail.message"}


@tagged("post_install", "-at_install")
class TestRightsTable(RightsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table = cls._get_table()

    def _get_rows(self):
        """:return: the lines of the file"""
        rows = []
        for (model, role), rights in sorted(self.table.items()):
            internal = self.holders[role]._is_internal()
            base = self.table[model, "employee"] if internal and role != "employee" else {}
            if any(rights.get(scope, "") != base.get(scope, "") for scope in rights):
                rows.append((model, role, *(rights.get(scope, "") for scope in SCOPES)))
        return rows

    def test_table_is_as_written(self):
        rows = self._get_rows()
        if os.environ.get("BTI_WRITE_RIGHTS"):
            with TABLE.open("w", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(("model", "role", *SCOPES))
                writer.writerows(rows)
        with TABLE.open(newline="") as file:
            written = [tuple(row) for row in csv.reader(file)][1:]
        self.assertEqual(
            (sorted(set(rows) - set(written)), sorted(set(written) - set(rows))),
            ([], []),
            "rights that are not in the table, lines of the table that do not hold",
        )

    def test_every_role_is_in_the_table(self):
        groups = self.env["ir.model.data"].search(
            [("module", "in", OUR_MODULES), ("model", "=", "res.groups")]
        )
        self.assertEqual(
            set(groups.mapped("complete_name")),
            {group for group in ROLES.values() if group.split(".")[0] in OUR_MODULES},
        )

    def test_each_scope_has_samples_of_what_matters(self):
        """Else the table would say nothing."""
        for model in (
            "account.move",
            "account.move.line",
            "bti.client.phone",
            "bti.client.stat",
            "bti.consent",
            "bti.history",
            "bti.import.run",
            "bti.message",
            "bti.need",
            "bti.pallet.move",
            "bti.price.change",
            "bti.requirement",
            "bti.segment",
            "bti.segment.member",
            "bti.site.quantity",
            "crm.lead",
            "ir.attachment",
            "mail.message",
            "res.partner",
            "sale.order",
            "sale.order.line",
            "stock.move",
            "stock.move.line",
            "stock.picking",
            "stock.picking.batch",
            "survey.user_input",
        ):
            for scope in ("own", "other", "foreign"):
                with self.subTest(model=model, scope=scope):
                    self.assertIn(scope, self.table[model, "rep"])

    def _assert_nothing(self, scope, roles, letters, but=()):
        for (model, role), rights in self.table.items():
            if role in roles and model not in but:
                with self.subTest(model=model, role=role, scope=scope):
                    self.assertFalse(set(rights.get(scope, "")) & set(letters))

    def test_nobody_sees_another_company(self):
        self._assert_nothing("foreign", ROLES, "crwu", but=KNOWN_OF_OTHERS)

    def test_reps_change_nothing_of_other_reps(self):
        self._assert_nothing("other", {"rep"}, "cwu", but=SHARED_WITH_REPS)

    def test_drivers_and_employees_change_no_document(self):
        for scope in ("own", "other", "company", "common"):
            self._assert_nothing(scope, {"driver", "employee"}, "cwu", but=PERSONAL)

    def test_outsiders_see_what_is_theirs(self):
        self._assert_nothing("other", {"portal", "public"}, "crwu")
        self._assert_nothing("own", {"public"}, "crwu")
        self._assert_nothing("own", {"portal"}, "cwu", but=PERSONAL)

    def test_nothing_that_runs_is_written(self):
        """Server actions, scheduled actions, automation rules: system administrators only."""
        for model in (
            "base.automation",
            "ir.actions.report",
            "ir.actions.server",
            "ir.cron",
            "ir.model.access",
            "ir.rule",
            "ir.ui.view",
        ):
            for role, user in self.holders.items():
                with self.subTest(model=model, role=role):
                    records = self.env(user=user, su=False)[model]
                    for operation in ("create", "write", "unlink"):
                        self.assertFalse(records.has_access(operation))
