import base64
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ...models.exchange import import_job
from .common import ImportCase

DENIED = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
LINES = "Code;Nom;Tél\n" + "".join(f"L{n};Client {n};05506{n:05}\n" for n in range(25))


@tagged("post_install", "-at_install")
class TestImportRun(ImportCase):
    """A file on its way in: as the manager sees it, in slices, paused, taken back."""

    def _slices(self):
        self.enterContext(patch.object(import_job, "SLICE", 10))
        self.enterContext(patch.object(import_job, "INLINE", 0))

    def test_a_manager_maps_a_file_on_its_form(self):
        form = Form(
            self.env["bti.import.run"]
            .with_user(self.samia)
            .with_context(allowed_company_ids=self.bti.ids)
        )
        form.profile_id = self.profile
        form.file = base64.b64encode(
            "Bizarre;Nom;Tel\nZ1;Form Client;0550700001\n".encode("cp1252")
        )
        run = form.save()
        run.action_read()
        self.assertEqual(
            run.column_ids.mapped(lambda column: (column.title, column.field)),
            [("Bizarre", False), ("Nom", "name"), ("Tel", "phone")],
        )
        self.assertIn("Form Client", run.preview)
        with Form(run) as form:
            with form.column_ids.edit(0) as column:
                column.field = "code"
        self.assertIn("Z1", run.preview)
        run.action_check()
        self.assertEqual(run.state, "checked")
        self.assertFalse(self._find(name="Form Client"))
        run.action_run()
        self.assertEqual((run.state, self._find(ref="Z1").name), ("done", "Form Client"))

    def test_a_file_without_the_columns_that_are_needed(self):
        run = self._new_run("Foo;Bar\n1;2\n")
        run.action_read()
        with self.assertRaisesRegex(UserError, "Say which columns are: Name"):
            run.action_check()
        for content, words in (("", "Choose a file"), ("Code;Nom\n", "no line below"),
                               ("%PDF-1.7", "neither a CSV")):  # fmt: skip
            with self.subTest(content=content), self.assertRaisesRegex(UserError, words):
                self._new_run(content).action_read()

    def test_slices_pause_and_go_on(self):
        self._slices()
        run = self._new_run(LINES)
        run.action_check()
        self.assertEqual(run.state, "checking")
        self._work()
        self.assertEqual((run.state, run.create_count), ("checked", 25))
        run.action_run()
        step = type(run)._step

        def pause_after(run, rows):
            step(run, rows)
            run.sudo().paused = True

        with patch.object(type(run), "_step", pause_after):
            self._work()
        self.assertEqual((run.state, run.progress, run.paused), ("running", 40, True))
        self._work()
        self.assertEqual(len(self._find(name="Client 24")), 0)
        run.action_resume()
        self._work()
        self.assertEqual((run.state, run.create_count), ("done", 25))

    def test_one_bad_line_does_not_keep_its_slice_out(self):
        Partner = type(self.env["res.partner"])
        create = Partner.create

        def refuse(records, vals_list):
            if any(vals.get("name") == "Client 7" for vals in vals_list):
                raise UserError("Not this one.")
            return create(records, vals_list)

        run = self._new_run(LINES)
        run.action_check()
        with patch.object(Partner, "create", refuse):
            run.action_run()
        self.assertEqual((run.state, self._counts(run)), ("done", (24, 0, 0, 1)))
        self.assertEqual(self._faults(run), [(9, False, "Not this one.")])

    def test_an_import_is_taken_back(self):
        there = self.env["res.partner"].create({"name": "Client 3", "phone": "0550600003"})
        run = self._import(LINES + "Q;Client 3;0550600003\n")
        self.assertEqual(there.ref, "L3")
        # corrected since: that stays
        there.phone = "0550600999"
        run.action_undo()
        self.assertEqual(run.state, "undone")
        self.assertFalse(self._find(name="Client 4"))
        self.assertEqual((there.exists(), there.ref, there.phone), (there, False, "0550600999"))
        self.assertFalse(self.env["bti.import.key"].search([("company_id", "=", self.bti.id)]))
        # and comes in again
        self.assertEqual(self._import(LINES).create_count, 25)

    def test_what_something_was_built_on_is_not_taken_back(self):
        for build in (
            lambda client: self._new_lead(partner_id=client.id),
            lambda client: client.create({"name": "Child", "parent_id": client.id}),
            lambda client: client.message_post(body="He called", message_type="comment"),
        ):
            run = self._import(LINES)
            built = build(self._find(ref="L1"))
            with self.assertRaisesRegex(UserError, "something was built"):
                run.action_undo()
            built.unlink()
            run.action_undo()
            self.assertEqual(run.state, "undone")

    def test_a_later_import_is_taken_back_first(self):
        first = self._import(LINES)
        second = self._import(LINES.replace("Client 5;", "Client Five;"))
        self.assertEqual(self._counts(second), (0, 1, 24, 0))
        with self.assertRaisesRegex(UserError, "later import"):
            first.action_undo()
        second.action_undo()
        self.assertEqual(self._find(ref="L5").name, "Client 5")
        first.action_undo()
        self.assertFalse(self._find(ref="L5"))

    def test_who_may_import(self):
        run = self._import(LINES)
        employee_b = new_test_user(
            self.env,
            "import_b",
            groups="bti_crm.group_sales_manager",
            company_id=self.iagm.id,
            company_ids=[(6, 0, self.iagm.ids)],
        )
        for user in (self.nadia, self.fatma, employee_b):
            for call in (
                lambda record: record.read(["filename"]),
                lambda record: record.action_undo(),
                lambda record: record.action_check(),
                lambda record: record.line_ids.read(["reason"]),
            ):
                with (
                    self.subTest(user=user.login),
                    self.assertRaises(AccessError),
                    mute_logger(
                        "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"
                    ),
                ):
                    call(
                        self.env["bti.import.run"].with_user(user)
                        .with_context(allowed_company_ids=user.company_ids.ids).browse(run.id)
                    )  # fmt: skip
        # what only the program knows
        for vals in ({"state": "draft"}, {"user_id": self.nadia.id}, {"header": ["a"]}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                run.with_user(self.samia).write(vals)
        with self.assertRaises(UserError):
            run.with_user(self.samia).write({"filename": "x", "dossier_id": False})
        with self.assertRaises(UserError):
            run.unlink()
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            run.row_ids.with_user(self.samia).write({"res_id": 1})

    def test_each_company_has_its_own_codes(self):
        other = self._new_profile("client", self.iagm)
        self._import("Code;Nom\n1;Of BTI\n")
        run = self._import("Code;Nom\n1;Of IAGM\n", other)
        self.assertEqual((run.company_id, self._counts(run)), (self.iagm, (1, 0, 0, 0)))
        self.assertEqual(
            set(self._find(ref="1").mapped("name")), {"Of BTI", "Of IAGM"}
        )  # fmt: skip

    def test_contacts_and_sites(self):
        self._import("Code;Nom\nK1;Contractor K\n")
        client = self._find(ref="K1")
        contacts = "Code client;Nom;Fonction;Tél\nK1;Omar;Chef;0550800001\nK1;OMAR;;\nK9;Lost;;\n"
        profile = self._new_profile("contact")
        run = self._import(contacts, profile)
        self.assertEqual((run.state, len(client.child_ids), client.child_ids.function),
                         ("done", 1, "Chef"))  # fmt: skip
        self.assertEqual([fault[:2] for fault in self._faults(run)],
                         [(3, False), (4, "Code of the client")])  # fmt: skip
        sites = self._new_profile("site")
        content = "Client;Chantier;Wilaya;Commune\nContractor K;Villa;15;Freha\n"
        self.assertEqual(self._counts(self._import(content, sites)), (1, 0, 0, 0))
        self.assertEqual(self._counts(self._import(content, sites)), (0, 0, 1, 0))
        site = client.child_ids.filtered(lambda child: child.type == "delivery")
        self.assertEqual((site.name, site.city_id), ("Villa", self.freha))

    def test_what_a_file_said_of_a_person_is_erased_with_him(self):
        run = self._import("Code;Nom;Tél\nE1;Erased;0550 90 00 01\nE2;Kept;0550900002\n")
        client = self._find(ref="E1")
        manager = self._new_user("eraser", "bti_messaging.group_messaging_manager", self.bti)
        wizard = (
            self.env["bti.privacy"].with_user(manager)
            .with_context(allowed_company_ids=self.bti.ids)
            .create({"phone": "0550900001"})
        )  # fmt: skip
        wizard.action_find()
        wizard.action_erase()
        self.env.invalidate_all()
        erased, kept = run.row_ids.sorted("number")
        self.assertEqual((erased.cells, erased.key), (False, False))
        self.assertTrue(kept.cells)
        keys = self.env["bti.import.key"].search([("run_id", "=", run.id)])
        self.assertNotIn(client.id, keys.mapped("res_id"))
