import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...gateways.base import CredentialsError, GatewayError, PermissionMissing

_logger = logging.getLogger(__name__)

# Forms and questions are asked for once a day.
SYNC_EVERY = timedelta(hours=23)
# One request each, in one run of a Page's job.
POLL_FORMS = 20
POLL_ANSWERS = 500
# Names of forms that an alert tells.
SHOWN_FORMS = 3
POLLED_STATES = ("active", "draft")


class BtiChannel(models.Model):
    """A Page: its forms, and the answers that the webhook missed."""

    _inherit = "bti.channel"

    # === FIELDS === #

    lead_form_ids = fields.One2many("bti.lead.form", "channel_id", string="Forms of Adverts")
    lead_sync_due = fields.Boolean(
        readonly=True, copy=False, help="The Page's job is to ask for its forms."
    )
    lead_synced_on = fields.Datetime(
        string="Forms Asked For",
        readonly=True,
        copy=False,
        help="When the forms of adverts and their questions were last read.",
    )
    lead_sync_error = fields.Char(string="Forms Cannot Be Read", readonly=True, copy=False)

    lead_answer_ids = fields.One2many("bti.lead.answer", "channel_id", string="Answers to Forms")
    lead_failed_count = fields.Integer(
        string="Failed Answers",
        compute="_compute_lead_failures",
        help="Answers to forms that could not be read, or that no lead could be made of.",
    )
    lead_failed_forms = fields.Char(string="Forms With Failures", compute="_compute_lead_failures")

    # === COMPUTE METHODS === #

    @api.depends("lead_answer_ids.state", "lead_answer_ids.form_id")
    def _compute_lead_failures(self):
        """One query for all Pages, none where there is no Page."""
        pages = self.filtered(lambda channel: channel.provider == "messenger")
        counts, names = {}, {}
        if pages:
            # sudo: whoever may read the channel may know that something failed there
            for page, form, count in (
                self.env["bti.lead.answer"]
                .sudo()
                ._read_group(
                    Domain("channel_id", "in", pages.ids) & Domain("state", "=", "failed"),
                    ["channel_id", "form_id"],
                    ["__count"],
                )
            ):
                counts[page.id] = counts.get(page.id, 0) + count
                names.setdefault(page.id, []).append(form.name)
        for channel in self:
            channel.lead_failed_count = counts.get(channel._origin.id, 0)
            known = sorted(filter(None, names.get(channel._origin.id, [])))
            shown = [*known[:SHOWN_FORMS], *("…" for _one in known[SHOWN_FORMS:][:1])]
            channel.lead_failed_forms = ", ".join(shown)

    # === ACTIONS === #

    def action_view_lead_failures(self):
        """Open the answers to forms of this Page that failed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_lead_answer_action_failed"
        )
        domain = [("channel_id", "=", self.id)]
        return {**action, "domain": domain, "context": {"search_default_failed": 1}}

    # === BUSINESS METHODS === #

    def _is_used(self):
        return super()._is_used() or bool(
            self.env["bti.lead.answer"].search_count(Domain("channel_id", "=", self.id), limit=1)
        )

    def _clear_problem(self):
        """What was filled in meanwhile may not have been told."""
        troubled = self.filtered(lambda page: page.problem and page.provider == "messenger")
        result = super()._clear_problem()
        # sudo: what was missed is the program's to know, whoever set the channel going again
        forms = troubled.sudo().lead_form_ids
        forms.filtered(lambda form: form.state in POLLED_STATES)._ask_poll()
        return result

    def _work(self):
        result = super()._work()
        if self.provider == "messenger":
            if self._is_sending_allowed():
                self._sync_lead_forms()
                self._poll_leads()
            if self._is_sending_allowed():
                self.env["bti.lead.answer"]._process_channel(self)
        return result

    # === BUSINESS METHODS: JOBS === #

    @api.model
    def _cron_look_for_leads(self):
        """Have the jobs of all Pages look for answers that were not told, and once a day for new
        forms."""
        pages = self.search(Domain("provider", "=", "messenger") & Domain("state", "=", "active"))
        now = fields.Datetime.now()
        pages.filtered(
            lambda page: not page.lead_synced_on or page.lead_synced_on < now - SYNC_EVERY
        ).lead_sync_due = True
        forms = pages.lead_form_ids.filtered(lambda form: form.state in POLLED_STATES)
        forms._ask_poll()
        (forms.channel_id | pages.filtered("lead_sync_due"))._wake()

    def _sync_lead_forms(self):
        """Read the forms of the Page and their questions, if it is time to."""
        self.ensure_one()
        if not self.lead_sync_due:
            return
        vals = {"lead_sync_due": False, "lead_sync_error": False}
        try:
            told = self._get_page().leads.list_forms()
        except PermissionMissing as error:
            # asked again tomorrow: everything else of the Page goes on
            vals.update(lead_sync_error=error.detail, lead_synced_on=fields.Datetime.now())
        except CredentialsError as error:
            self._set_problem(error.problem, error.detail)
            vals["lead_sync_due"] = True
        except GatewayError as error:
            _logger.info("Page %s: its forms were not read: %s", self.id, error.detail)
            vals["lead_sync_error"] = error.detail
        else:
            self.env["bti.lead.form"]._store(self, told)
            vals["lead_synced_on"] = fields.Datetime.now()
        self.write(vals)
        self.env["ir.cron"]._commit_progress()

    def _poll_leads(self):
        """Look for answers that were not told; a bounded number of requests, then another run."""
        self.ensure_one()
        # those that failed wait for the next hour
        forms = self.env["bti.lead.form"].search(
            Domain("channel_id", "=", self.id)
            & Domain("poll_from", "!=", False)
            & Domain("error", "=", False),
            order="poll_from, id",
            limit=POLL_FORMS,
        )
        leads = forms and self._get_page().leads
        for form in forms:
            try:
                form._poll(leads, POLL_ANSWERS)
            except CredentialsError as error:
                self._set_problem(error.problem, error.detail)
                self.env["ir.cron"]._commit_progress()
                return
            self.env["ir.cron"]._commit_progress()
        if len(forms) == POLL_FORMS or forms.filtered(
            lambda form: form.poll_from and not form.error
        ):
            self._wake()
