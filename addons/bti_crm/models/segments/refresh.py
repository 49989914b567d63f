from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.bti_messaging.models.mixins.batch_job import BatchJob, isolated
from odoo.addons.bti_messaging.tools.readers import in_language_of

JOB = "bti_crm.cron_segment"
AT_ONCE = 500


class BtiSegment(models.Model):
    """Counting segments: set by set in SQL; who came and who left by records, for automation
    rules."""

    _inherit = "bti.segment"

    @api.model
    def _cron_refresh(self):
        """Daily, after the figures: who is in each segment now."""
        segments = self.search([("active", "=", True)])
        job = BatchJob(self.env, partial(self.env["ir.cron"]._bti_wake_job, JOB))
        job.begin(len(segments))
        for segment in segments:
            own_lang = in_language_of(segment, segment.author_id, segment.company_id)
            job.commit(own_lang._refresh, processed=1)

    def _refresh(self):
        """Count one segment in its companies. A filter that cannot be used any more is told on the
        segment, and its members stay who they are: nobody has left."""
        self.ensure_one()
        # whoever changes a segment at the same time, or counts it, comes first
        if not self.try_lock_for_update():
            return
        with isolated(self.env.cr, self._tell_problem):
            companies = self._get_companies()
            if not companies:
                raise UserError(
                    self.env._(
                        "its author does not work here any more. Who changes the filter is its"
                        " author from then on."
                    )
                )
            self._forget_elsewhere(companies)
            for company in companies:
                self._refresh_in(company)
            self.write({"problem": False, "counted_on": fields.Datetime.now()})

    def _tell_problem(self, error):
        self.problem = self.env._("The filter cannot be used any more: %(error)s", error=error)

    def _get_companies(self):
        """Companies in which this segment is counted: of its author's only.

        :rtype: res.company
        """
        companies = self.company_id or self.env["res.company"].search([("active", "=", True)])
        if self.author_id._is_superuser():
            return companies
        return companies & self.author_id.company_ids if self.author_id.active else companies[:0]

    def _forget_elsewhere(self, companies):
        """Nobody is a member where the segment is not counted any more: it moved to another
        company, or its author works for fewer."""
        self._execute(
            SQL(
                "DELETE FROM bti_segment_member WHERE segment_id = %s AND company_id != ALL (%s)"
                " RETURNING partner_id",
                self.id,
                companies.ids,
            )
        )
        self.env["bti.segment.member"].invalidate_model()

    def _refresh_in(self, company):
        """Count this segment in one company.

        :param res.company company: whose figures
        """
        today = company._bti_today()
        found = self._search_members(company, self.author_id).select_ids()
        self.env.flush_all()
        mine = SQL("segment_id = %s AND company_id = %s", self.id, company.id)
        left = self._execute(
            SQL(
                "DELETE FROM bti_segment_member WHERE %s AND partner_id NOT IN %s"
                " RETURNING partner_id",
                mine,
                found,
            )
        )
        came = self._execute(
            SQL(
                "INSERT INTO bti_segment_member (segment_id, company_id, partner_id, date,"
                " create_uid, create_date, write_uid, write_date)"
                " SELECT %s, %s, p.id, %s, 1, n.at, 1, n.at FROM res_partner p,"
                " (SELECT now() AT TIME ZONE 'UTC' AS at) n WHERE p.id IN %s AND NOT EXISTS ("
                " SELECT FROM bti_segment_member m WHERE m.partner_id = p.id AND %s)"
                " RETURNING partner_id",
                self.id,
                company.id,
                today,
                found,
                SQL("m.segment_id = %s AND m.company_id = %s", self.id, company.id),
            )
        )
        self.env["bti.segment.member"].invalidate_model()
        last = self.env["bti.segment.snapshot"].search(
            [("segment_id", "=", self.id), ("company_id", "=", company.id)], limit=1
        )
        # the first count, and another filter, are no coming and going
        if last.filter_text != self.domain:
            came, left = [], []
        self._note_moves(company, today, "came", came)
        self._note_moves(company, today, "left", left)
        self._note_month(company, today, last, len(came), len(left))

    def _execute(self, query):
        return [partner for [partner] in self.env.execute_query(query)]

    def _note_moves(self, company, today, kind, partners):
        for start in range(0, len(partners), AT_ONCE):
            self.env["bti.segment.move"].create(
                [
                    {
                        "segment_id": self.id,
                        "company_id": company.id,
                        "partner_id": partner,
                        "kind": kind,
                        "date": today,
                    }
                    for partner in partners[start : start + AT_ONCE]
                ]
            )

    def _note_month(self, company, today, last, came, left):
        month = today.replace(day=1)
        members = self.env["bti.segment.member"].search_count(
            [("segment_id", "=", self.id), ("company_id", "=", company.id)]
        )
        vals = {"members": members, "filter_text": self.domain}
        if last.month == month:
            last.write({**vals, "came": last.came + came, "left": last.left + left})
        else:
            self.env["bti.segment.snapshot"].create(
                {
                    **vals,
                    "segment_id": self.id,
                    "company_id": company.id,
                    "month": month,
                    "came": came,
                    "left": left,
                }
            )
