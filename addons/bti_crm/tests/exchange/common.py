import base64

from odoo.tests import TransactionCase
from odoo.tools import mute_logger

from ..common import BtiCrmCommon


class ImportCase(BtiCrmCommon, TransactionCase):
    """Files that Samia, the sales manager, brings in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.samia.lang = "en_US"  # faults are told in her language
        cls.profile = cls._new_profile("client")

    @classmethod
    def _new_profile(cls, kind, company=None, **values):
        company = company or cls.bti
        return (
            cls.env["bti.import.profile"]
            .with_user(cls.samia)
            .with_context(allowed_company_ids=[company.id, *(cls.samia.company_ids - company).ids])
            .create({"name": f"COMMSOFT {kind}", "kind": kind, "company_id": company.id, **values})
        )

    def _new_run(self, content, profile=None, filename="clients.csv", **values):
        profile = profile or self.profile
        if isinstance(content, str):
            content = content.encode()
        return (
            self.env["bti.import.run"]
            .with_env(profile.env)
            .create(
                {
                    "profile_id": profile.id,
                    "file": base64.b64encode(content),
                    "filename": filename,
                    **values,
                }
            )
        )

    def _import(self, content, profile=None, **values):
        """Check and import a file."""
        run = self._new_run(content, profile, **values)
        run.action_read()
        run.action_check()
        self._finish(run)
        run.action_run()
        self._finish(run)
        return run

    def _finish(self, run):
        """Run the scheduled action until it has nothing left to do for an import."""
        while run.state in ("checking", "running", "undoing"):
            self._work()
            self.assertFalse(run.problem)

    def _work(self):
        """Run the scheduled action as the scheduler does."""
        self.env.flush_all()
        with (
            mute_logger("odoo.addons.base.models.ir_cron"),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("bti_crm.ir_cron_import").method_direct_trigger()
        self.env.invalidate_all()

    def _faults(self, run):
        return [(line.line, line.column, line.reason) for line in run.line_ids]

    def _counts(self, run):
        run.invalidate_recordset()
        return run.create_count, run.update_count, run.same_count, run.wrong_count

    def _find(self, **values):
        return self.env["res.partner"].search(
            [(name, "=", value) for name, value in values.items()]
        )
