from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools import template_text

PAUSE_REASONS = [
    ("user", "Somebody paused it"),
    ("budget", "The budget is used up"),
    ("no_channel", "No active messaging channel"),
    ("error", "The preparation failed"),
]


class MailingMailing(models.Model):
    """SMS campaigns that go through the company's channels.

    Core builds all messages of a mailing in one transaction and follows its state by guesses.
    Here a campaign has a run (``bti.campaign.run``) that writes traces and messages slice by
    slice, and its state follows the messages: *in queue* until the first slice, *sending* until
    no message waits any more, then *done*. Campaigns of companies with another SMS provider keep
    core's way.
    """

    _name = "mailing.mailing"
    _inherit = ["mailing.mailing", "bti.company.guard.mixin", "bti.alert.mixin"]
    _check_company_auto = True

    # === FIELDS === #

    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="The sender: its channels carry the SMS and its contacts receive them.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    through_channels = fields.Boolean(
        string="Through Messaging Channels",
        compute="_compute_through_channels",
    )
    sms_paused = fields.Boolean(string="Paused", readonly=True, copy=False, tracking=True)
    sms_pause_reason = fields.Selection(
        PAUSE_REASONS,
        string="Reason of the Pause",
        readonly=True,
        copy=False,
    )
    sms_pause_detail = fields.Char(string="Details of the Pause", readonly=True, copy=False)
    sms_pause_date = fields.Datetime(string="Paused Since", readonly=True, copy=False)
    sms_stopped = fields.Boolean(string="Stopped", readonly=True, copy=False, tracking=True)
    sms_retrying = fields.Boolean(string="Sending Failed Ones Again", readonly=True, copy=False)
    sms_retry_until = fields.Integer(
        readonly=True,
        copy=False,
        help="The last message that existed when the failed ones were to be sent again.",
    )
    sms_rate = fields.Integer(
        string="Messages per Minute",
        help="Send no faster than this, so that those who answer can be served. "
        "Empty: as fast as the channels go.",
    )
    sms_window_from = fields.Float(
        string="Hours From",
        help="Hour of the company's time zone. The same hour twice: at any time.",
    )
    sms_window_to = fields.Float(string="Hours Until")
    run_ids = fields.One2many("bti.campaign.run", "mailing_id", string="Preparation")

    _sms_rate_positive = models.Constraint(
        "CHECK(sms_rate IS NULL OR sms_rate >= 0)",
        "The number of messages per minute cannot be negative.",
    )
    _sms_window_hours = models.Constraint(
        "CHECK(COALESCE(sms_window_from, 0) BETWEEN 0 AND 24"
        " AND COALESCE(sms_window_to, 0) BETWEEN 0 AND 24)",
        "The hours of a campaign lie between 0:00 and 24:00.",
    )

    # === COMPUTE METHODS === #

    @api.depends("mailing_type", "company_id.sms_provider")
    def _compute_through_channels(self):
        for mailing in self:
            # sudo: marketing people need not read the settings of the company
            company = mailing.company_id.sudo()
            mailing.through_channels = (
                mailing.mailing_type == "sms" and company.sms_provider == "bti"
            )

    # === CRUD METHODS === #

    @api.model
    def _bti_assign_companies(self):
        """Give the mailings that existed before us the company of their responsible, else of
        their author. Those of nobody keep the first company, which the new column gave them."""
        mailings = (
            self.sudo()  # sudo: of all companies
            .with_context(active_test=False, tracking_disable=True)
            .search(Domain.TRUE)
        )
        bot = self.env.ref("base.user_root")
        for user, own in mailings.grouped(
            lambda mailing: (mailing.user_id - bot) or (mailing.create_uid - bot)
        ).items():
            if user:
                own.company_id = user.company_id

    # === ACTIONS === #

    def action_put_in_queue(self):
        """Queue a campaign. Its run begins at once, or at the time it is scheduled for."""
        campaigns = self.filtered("through_channels")
        for campaign in campaigns:
            campaign._check_ready()
        if campaigns:
            # what a campaign prepared before stays: a further run only adds who is new
            campaigns._get_runs().filtered("done").write(
                {"done": False, "started": False, "cursor": 0}
            )
            campaigns.write({"state": "in_queue"})
            # sudo: written by the program only
            campaigns.sudo().write(
                {
                    "sms_stopped": False,
                    "sms_paused": False,
                    "sms_pause_reason": False,
                    "sms_pause_detail": False,
                    "sms_pause_date": False,
                }
            )
            for campaign in campaigns:
                campaign._wake_campaigns(at=campaign.schedule_date)
        if others := self - campaigns:
            return super(MailingMailing, others).action_put_in_queue()
        return None

    def _check_ready(self):
        """:raises UserError: the campaign cannot go, and why"""
        self.ensure_one()
        if not (self.body_plaintext or "").strip():
            raise UserError(self.env._("Write the text of the SMS first."))
        if template_text.has_open_expression(self.body_plaintext):
            raise UserError(
                self.env._("An expression in the text is not closed: }} is missing after {{.")
            )
        channels = self.env["bti.channel"]._get_candidates(self.company_id, "sms")
        if "active" not in channels.mapped("state"):
            company = self.company_id.name
            if self.env["bti.channel"].has_access("write"):
                raise UserError(
                    self.env._(
                        "%(company)s has no active SMS channel: activate one under Messaging > "
                        "Configuration > Channels.",
                        company=company,
                    )
                )
            raise UserError(
                self.env._(
                    "%(company)s has no active SMS channel: who manages Messaging can activate"
                    " one.",
                    company=company,
                )
            )

    def _action_send_mail(self, res_ids=None):
        """Core's way to send. A campaign is queued; some given records only still go core's
        way, through ``sms.sms``."""
        campaigns = self.filtered("through_channels") if not res_ids else self.browse()
        if draft := campaigns.filtered(lambda campaign: campaign.state == "draft"):
            draft.action_put_in_queue()
        if campaigns - draft:
            self._wake_campaigns()
        others = (self - campaigns).with_context(bti_purpose="marketing")
        # the queue is the robot's, the mailing its company's
        for company, mailings in others.grouped("company_id").items():
            super(MailingMailing, mailings.with_company(company))._action_send_mail(res_ids=res_ids)
        return True

    def action_send_sms(self, res_ids=None):
        """Core's way to send an SMS mailing to all, at once: a campaign is queued instead."""
        campaigns = self.filtered("through_channels") if not res_ids else self.browse()
        if campaigns:
            campaigns._action_send_mail()
        return super(MailingMailing, self - campaigns).action_send_sms(res_ids=res_ids)

    def _get_runs(self):
        """:return: the runs of these campaigns, as superuser"""
        # sudo: runs are written by the system only
        return self.env["bti.campaign.run"].sudo().search([("mailing_id", "in", self.ids)])

    # === RECIPIENTS === #

    def _get_recipients(self):
        """The filter of a mailing may ask what contacts told its company, whoever runs it."""
        return super(MailingMailing, self.with_company(self.company_id))._get_recipients()

    def _get_recipients_domain(self):
        """A campaign reaches the company's own and the shared contacts: its run is nobody's,
        and sees those of all companies."""
        domain = super()._get_recipients_domain()
        model = self.env[self.mailing_model_real]
        if self.through_channels and "company_id" in model._fields:
            domain &= Domain("company_id", "in", [False, self.company_id.id])
        return domain

    def _get_remaining_recipients(self):
        """Core's queue counts these to see whether a mailing is done. A campaign says so by
        itself, so there is always one: its messages may wait although its filter finds nobody any
        more."""
        if self.through_channels and not self.env.context.get("bti_choose_recipients"):
            return [0]
        return super()._get_remaining_recipients()

    def _get_chosen_recipients(self):
        """Core's random choice for an A/B test, made once per run.

        :return: ids, or False when everybody of the domain receives the campaign
        :rtype: list[int] | False
        """
        self.ensure_one()
        if not self.ab_testing_enabled:
            return False
        return sorted(self.with_context(bti_choose_recipients=True)._get_remaining_recipients())

    def _get_opted_out_ids(self, records):
        """Hook: those of some recipients who left the mailing lists of this campaign.

        :param BaseModel records: of the model ``mailing_model_real``
        :rtype: set[int]
        """
        self.ensure_one()
        if records._name != "mailing.contact" or not self.contact_list_ids:
            if hasattr(self.env[self.mailing_model_name], "_mailing_get_opt_out_list_sms"):
                return set(self._get_opt_out_list_sms())
            return set()
        groups = self.env["mailing.subscription"]._read_group(
            [("contact_id", "in", records.ids), ("list_id", "in", self.contact_list_ids.ids)],
            ["contact_id"],
            # on one list but not on another: he still wants to hear of it
            ["opt_out:bool_and"],
        )
        return {contact.id for contact, opted_out in groups if opted_out}

    def _get_refused_numbers(self, numbers):
        """Hook: the numbers that must not get this campaign; one query for all of them.

        :param list[str] numbers: in E.164
        :rtype: set[str]
        """
        self.ensure_one()
        # sudo: the log belongs to the system; leaving out the exclusion list is not in the hands
        # of who sends, a refusal is a refusal
        return self.env["bti.consent"].sudo()._get_refused(self.company_id, "sms", numbers)
