from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from odoo.addons.bti_messaging.models.mixins.batch_job import BatchJob
from odoo.addons.bti_messaging.tools.readers import in_language_of

JOB = "bti_sales.cron_price_mailing"
BATCH = 50  # clients looked at in one run; each document takes about a second to print


class PriceMailing(models.Model):
    """Price lists sent to many clients, each with the document of his own prices.

    Printing a document takes about a second: a scheduled job does it, client by client, and what
    it has done stays done. The mails go out through Odoo's queue in the name of who began it.
    """

    _name = "bti.price.mailing"
    _description = "Mailing of Price Lists"
    _inherit = ["mail.thread"]
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "Sent by", required=True, readonly=True, index=True)
    state = fields.Selection(
        [
            ("draft", "To check"),
            ("sending", "Being sent"),
            ("done", "Sent"),
            ("stopped", "Stopped"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many("bti.price.mailing.line", "mailing_id", "Clients", readonly=True)
    client_count = fields.Integer("Clients in all", compute="_compute_counts")
    sent_count = fields.Integer("Sent", compute="_compute_counts")
    failed_count = fields.Integer("Not sent", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts", help="Per cent of the clients.")

    # === COMPUTE METHODS === #

    @api.depends("line_ids.state")
    def _compute_counts(self):
        counts = {
            (mailing.id, state): count
            for mailing, state, count in self.env["bti.price.mailing.line"]._read_group(
                [("mailing_id", "in", self.ids)], ["mailing_id", "state"], ["__count"]
            )
        }
        for mailing in self:
            own = {state: count for (key, state), count in counts.items() if key == mailing.id}
            mailing.client_count = sum(own.values())
            mailing.sent_count = own.get("sent", 0)
            mailing.failed_count = own.get("failed", 0) + own.get("refused", 0)
            done = mailing.client_count - own.get("waiting", 0)
            mailing.progress = 100 * done / mailing.client_count if mailing.client_count else 0

    # === ACTION METHODS === #

    def action_start(self):
        """Begin to send; the job goes on by itself."""
        self._check_sender()
        # sudo: rows of a mailing belong to the system, the check above is the right to do this
        for mailing in self.sudo().filtered(lambda mailing: mailing.state == "draft"):
            mailing.state = "sending"
        self._wake()

    def action_stop(self):
        """Send to nobody who has not been sent to yet."""
        self._check_sender()
        # sudo: as for starting
        for mailing in self.sudo().filtered(lambda m: m.state in ("draft", "sending")):
            mailing.state = "stopped"

    def action_send_rest(self):
        """Go on with a stopped mailing, and try again what failed."""
        self._check_sender()
        for mailing in self.sudo().filtered(lambda m: m.state in ("stopped", "done")):  # as above
            mailing.line_ids.filtered(lambda line: line.state == "failed").write(
                {"state": "waiting", "reason": False}
            )
            if not mailing.line_ids.filtered(lambda line: line.state == "waiting"):
                raise UserError(self.env._("Every client has been sent to."))
            mailing.state = "sending"
        self._wake()

    def _check_sender(self):
        self.check_access("read")
        if self.user_id - self.env.user and not self.env.user.has_group(
            "sales_team.group_sale_manager"
        ):
            raise AccessError(self.env._("Only who began this mailing or a manager may do this."))

    # === BUSINESS METHODS === #

    @api.model
    def _prepare(self, partners, company, name):
        """A mailing to check before it is sent.

        :param res.partner partners: clients whom the user may read
        :param res.company company: whose prices
        :param str name: what the mailing is called
        """
        partners.check_access("read")
        # sudo: rows of a mailing belong to the system
        return self.sudo().create(
            {
                "name": name,
                "company_id": company.id,
                "user_id": self.env.uid,
                "line_ids": [Command.create({"partner_id": partner.id}) for partner in partners],
            }
        ).sudo(False)  # fmt: skip

    @api.model
    def _wake(self, at=None):
        self.env["ir.cron"]._bti_wake_job(JOB, at=at)

    @api.model
    def _cron_send(self):
        """Send to the next clients, one transaction each."""
        Line = self.env["bti.price.mailing.line"]
        due = Domain("state", "=", "waiting") & Domain("mailing_id.state", "=", "sending")
        lines = Line.search(due, limit=BATCH)
        job = BatchJob(self.env, self._wake)
        job.begin(Line.search_count(due))
        for line in lines:
            if job.goes_on:
                # a record by itself: what was prefetched is gone after each commit
                job.commit(line[0]._send_if, due, processed=1)
        self._finish()

    def _finish(self):
        """Close the mailings of which every client was dealt with, and tell who began them."""
        waiting = self.env["bti.price.mailing.line"]._read_group(
            [("state", "=", "waiting")], ["mailing_id"]
        )
        unfinished = self.browse([mailing.id for (mailing,) in waiting])
        for mailing in self.search([("state", "=", "sending")]) - unfinished:
            mailing.state = "done"
            told = in_language_of(mailing, mailing.user_id)
            told.message_post(
                body=told.env._(
                    "Price lists sent to %(sent)s of %(all)s clients.",
                    sent=told.sent_count,
                    all=told.client_count,
                ),
                partner_ids=mailing.user_id.partner_id.ids,
            )
