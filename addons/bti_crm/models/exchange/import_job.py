import logging

from odoo import api, fields, models

from odoo.addons.bti_messaging.models.mixins.batch_job import BatchJob

_logger = logging.getLogger(__name__)
JOB = "bti_crm.ir_cron_import"
SLICE = 1_000
# as many lines are handled while one waits for the answer of a button
INLINE = 1_000


class ImportRun(models.Model):
    """The job: slice after slice, each a transaction of its own, as who pressed the button."""

    _inherit = "bti.import.run"

    # === BEGIN === #

    def _restart(self):
        """Forget an earlier trial of the same file."""
        # sudo: lines and faults are the system's
        run = self.sudo()
        run.line_ids.unlink()
        run.env["bti.import.row"].search(
            [("run_id", "=", run.id), ("state", "in", ("ok", "wrong"))]
        ).write(
            {"state": "waiting", "outcome": False, "key": False, "base_key": False, "marks": False}
        )
        run._leave_out_again()

    def _leave_out_again(self):
        """Lines that a dossier left out are looked at again: it may have been mapped anew."""
        rows = self.env["bti.import.row"].search(
            [("run_id", "=", self.id), ("state", "=", "left_out"), ("company_id", "!=", False)]
        )
        rows.write({"state": "waiting", "company_id": False})

    def _begin(self, state):
        """Handle a short file at once, a long one in the scheduled action."""
        # sudo: state of an import, which the program writes for who may import
        self.sudo().write(
            {
                "state": state,
                "paused": False,
                "problem": False,
                "ended_at": False,
                "user_id": self.env.uid,
                "res_model": self.profile_id._get_kind()._import_model,
            }
        )
        if self.row_count > INLINE:
            self._wake()
            return
        run = self._as_user()
        while rows := run._get_next():
            run._step(rows)
        run._end()
        self.env.invalidate_all()

    def _as_user(self):
        """The run as its program writes it, in the name, company and language of who began it."""
        self.ensure_one()
        user = self.user_id
        companies = self.company_id | self.sudo().profile_id.dossier_ids.company_id
        allowed = companies & user.sudo().company_ids
        return self.with_user(user).with_context(
            **self._get_plain_context(),
            lang=user.sudo().lang,
            tz=user.sudo().tz,
            allowed_company_ids=[self.company_id.id, *(allowed - self.company_id).ids],
            active_test=True,
        )

    @api.model
    def _wake(self, at=None):
        self.env["ir.cron"]._bti_wake_job(JOB, at=at)

    # === WORK === #

    def _get_next(self):
        """The next lines, of which nobody has paused the import."""
        todo = self._get_todo_state()
        # sudo: lines are the system's
        Row = self.env["bti.import.row"].sudo()
        if not todo or self.paused:
            return Row
        order = "number desc" if self.state == "undoing" else "number"
        return Row.search(
            [("run_id", "=", self.id), ("state", "=", todo)], order=order, limit=SLICE
        )

    def _step(self, rows):
        if self.state == "undoing":
            self._take_back(rows)
        else:
            self._handle(rows)

    def _end(self):
        """After the last line."""
        run = self.sudo()  # sudo: state of an import, which the program writes
        if run.paused or run._get_next():
            return
        done = {"checking": "checked", "running": "done", "undoing": "undone"}
        run.write({"state": done[run.state], "ended_at": fields.Datetime.now()})

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_import(self):
        """Entry of the scheduled action: each import goes on where it was."""
        working = [("state", "in", ("checking", "running", "undoing")), ("paused", "=", False)]
        job = BatchJob(self.env, self._wake)
        runs = self.search(working, order="id")
        job.begin(len(runs))
        for run in runs:
            if job.goes_on:
                run._work(job)
        self.env.ref(JOB)._bti_go_on()

    def _work(self, job):
        """One import must not hold up the others: what stops it is told, and it pauses."""
        worker = self._as_user()
        try:
            job.run(worker._get_next, worker._step)
            if job.goes_on:
                job.commit(worker._end, processed=1)
        except Exception as error:  # rights that were taken away, a table that is gone
            _logger.exception("Import %s was stopped", self.id)
            self.env.cr.rollback()
            job.commit(self.write, {"paused": True, "problem": str(error)[:500]})
