import base64
import io
import zipfile
from datetime import timedelta
from unittest.mock import patch

import openpyxl

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...models.exchange import import_job
from .common import ImportCase

LINES = "Code;Nom;Tél\n" + "".join(f"L{n};Client {n};05506{n:05}\n" for n in range(25))


@tagged("post_install", "-at_install")
class TestImportTrial(ImportCase):
    """What is brought in is what was tried: the same file, read in the same way."""

    def _checked(self, content="Code;Nom\nT1;Tried\n", **values):
        run = self._new_run(content, **values)
        run.action_check()
        self._finish(run)
        self.assertEqual(run.state, "checked")
        return run

    def test_another_file_is_another_import(self):
        run = self._checked()
        run.file = base64.b64encode(b"Code;Nom\nT2;Another\n")
        self.assertEqual((run.state, run.header, run.row_count), ("draft", False, 0))
        with self.assertRaisesRegex(UserError, "Check the file first"):
            run.action_run()
        run.action_check()
        run.action_run()
        self.assertFalse(self._find(ref="T1"))
        self.assertEqual(self._find(ref="T2").name, "Another")

    def test_what_was_tried_otherwise_is_tried_again(self):
        profile = self._new_profile("client")
        column = {"profile_id": profile.id, "field": "client_kind"}
        run = self._checked("Code;Nom;Type\nT1;Tried;Builder\n", profile=profile)
        value = profile.value_ids.create({**column, "source": "B", "target": "Builder"})
        for change in (
            lambda: run.write({"dossier_id": profile.dossier_ids[0].id}),
            lambda: profile.column_ids.filtered(lambda c: c.field == "name").write(
                {"field": False}
            ),
            lambda: profile.column_ids.filtered(lambda c: c.title == "Nom").write(
                {"field": "name"}
            ),
            lambda: run.write({"column_ids": [(1, profile.column_ids[0].id, {"is_key": True})]}),
            lambda: profile.value_ids.create({**column, "source": "C", "target": "Builder"}),
            lambda: value.write({"target": "Reseller"}),
            lambda: value.unlink(),
            lambda: profile.dossier_ids[0].write({"left_out": True}),
            lambda: profile.write({"same_phone": "same"}),
        ):
            run.sudo().state = "checked"
            change()
            self.assertEqual(run.state, "draft")
        # while lines come in nobody changes what they mean
        run.sudo().state = "running"
        with self.assertRaisesRegex(UserError, "is being imported by this profile"):
            profile.column_ids[0].field = False

    def test_a_line_stays_with_its_profile(self):
        """Over RPC a translation could be handed to the profile of another company."""
        other = self._new_profile("client", self.iagm)
        manager = new_test_user(
            self.env,
            "import_bti",
            groups="bti_crm.group_sales_manager",
            company_id=self.bti.id,
            company_ids=[(6, 0, self.bti.ids)],
        )
        value = {"field": "city", "source": "x", "target": "y", "profile_id": self.profile.id}
        column = {"title": "Foo", "profile_id": self.profile.id}
        for records in (
            self.env["bti.import.value"].create(value),
            self.env["bti.import.column"].create(column),
            self.profile.dossier_ids[0],
        ):
            mine = records.with_user(manager).with_context(allowed_company_ids=self.bti.ids)
            with (
                self.subTest(model=mine._name),
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.env.cr.savepoint(),
            ):
                mine.profile_id = other.id

    def test_one_client_in_two_slices_is_one_new_one(self):
        self.enterContext(patch.object(import_job, "SLICE", 2))
        run = self._checked(
            "Code;Nom;Tél;NIF\n"
            "A1;Same phone;0550710001;\n"
            "A2;Same number;;000115007777771\n"
            "A3;SAME PHONE;0550710001;\n"
            "A4;Same Number bis;;000115007777771\n"
            "A5;Same phone;0550710001;000115007777772\n"
            "A6;Other name;0550710009;\n"
            "A7;Same phone;0550710001;000115007777773\n"
        )
        trial = self._counts(run)
        self.assertEqual((trial[0], trial[3]), (4, 0))
        run.action_run()
        self.assertEqual(self._counts(run)[0], 4)
        self.assertFalse(any(run.row_ids.mapped("marks")))

    def test_one_contact_in_two_slices_is_one_new_one(self):
        self._import("Code;Nom\nK1;Contractor K\n")
        self.enterContext(patch.object(import_job, "SLICE", 1))
        profile = self._new_profile("contact")
        content = "Code;Code client;Nom;Tél\n1;K1;Omar;0550800001\n2;K1;OMAR;\n3;K1;Ali;\n"
        run = self._new_run(content, profile)
        run.action_check()
        self.assertEqual(self._counts(run)[0], 2)
        run.action_run()
        self.assertEqual((self._counts(run)[0], len(self._find(ref="K1").child_ids)), (2, 2))

    def test_what_the_program_counts_does_not_keep_an_import(self):
        run = self._import(LINES)
        segment = self.env["bti.segment"].create(
            {"name": "S", "company_id": self.bti.id, "domain": "[('ref', '=', 'none')]"}
        )
        segment._refresh()
        segment.domain = "[('ref', '=', 'L1')]"
        segment._refresh()
        client = self._find(ref="L1")
        self.env["bti.segment.move"].create(
            {
                "segment_id": segment.id,
                "company_id": self.bti.id,
                "partner_id": client.id,
                "kind": "came",
                "date": self.bti._bti_today(),
            }
        )
        self.env["bti.client.stat"]._refresh_clients(client)
        self.assertTrue(segment.member_ids)
        run.action_undo()
        self.assertEqual(run.state, "undone")
        self.assertFalse(client.exists())

    def test_the_import_that_came_in_last_is_taken_back_first(self):
        """Not the one whose file was chosen last."""
        chosen_first = self._checked("Code;Nom;Adresse\nU1;One;Rue 1\n")
        second = self._import("Code;Nom\nU1;One\n")
        second.sudo().ended_at = fields.Datetime.now() - timedelta(hours=1)
        chosen_first.action_run()
        self.assertEqual(self._find(ref="U1").street, "Rue 1")
        with self.assertRaisesRegex(UserError, "later import"):
            second.action_undo()
        chosen_first.action_undo()
        second.action_undo()
        self.assertFalse(self._find(ref="U1"))

    def test_many_lines_are_taken_back_in_few_queries(self):
        counts = []
        for lines in (5, 25):
            run = self._import("".join(LINES.splitlines(keepends=True)[: lines + 1]))
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            run.action_undo()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1] - counts[0], 20)

    def test_an_endless_number_is_a_fault_of_its_line(self):
        book = openpyxl.Workbook()
        for row in (("Code", "Nom", "Note"), ("I1", "Finite", 5), ("I2", "Endless", 7)):
            book.active.append(row)
        stream = io.BytesIO()
        book.save(stream)
        content = _replace_in_sheet(stream.getvalue(), b"<v>7</v>", b"<v>1E999</v>")
        run = self._import(content, filename="clients.xlsx")
        self.assertEqual((run.state, self._counts(run)[0]), ("done", 2))

    def test_a_file_is_not_kept_for_ever(self):
        done, draft, young = self._import(LINES), self._new_run(LINES), self._checked()
        old = fields.Datetime.now() - timedelta(days=91)
        done.sudo().ended_at = old
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE bti_import_run SET create_date = %s WHERE id = %s", [old, draft.id]
        )
        self.env.invalidate_all()
        self.env["bti.import.row"]._gc_rows()
        self.env.invalidate_all()
        self.assertFalse(done.row_ids | draft.row_ids)
        self.assertEqual((done.file, draft.file), (False, False))
        self.assertEqual(done.state, "done")
        self.assertTrue(young.row_ids and young.file)

    def test_what_a_file_said_is_forgotten_with_the_person(self):
        self._import("Code;Nom;Tél\nE1;Erased;0550 90 00 01\nE2;Gone;0550900002\n")
        self.env["bti.import.row"].search([]).unlink()  # they are kept for some months only
        erased, gone = self._find(ref="E1"), self._find(ref="E2")
        manager = self._new_user("eraser", "bti_messaging.group_messaging_manager", self.bti)
        wizard = (
            self.env["bti.privacy"].with_user(manager)
            .with_context(allowed_company_ids=self.bti.ids)
            .create({"phone": "0550900001"})
        )  # fmt: skip
        wizard.action_find()
        wizard.action_erase()
        Key = self.env["bti.import.key"]
        self.assertFalse(Key.search([("res_id", "=", erased.id)]))
        known = [("res_id", "=", gone.id)]
        self.assertTrue(Key.search(known))
        gone.unlink()
        Key._gc_keys()
        self.assertFalse(Key.search(known))


def _replace_in_sheet(content, old, new):
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(stream, "w") as target,
    ):
        for part in source.infolist():
            target.writestr(part.filename, source.read(part).replace(old, new))
    return stream.getvalue()
