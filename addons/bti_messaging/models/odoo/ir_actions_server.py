from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ...const import PURPOSES


class IrActionsServer(models.Model):
    """The server action "Notify the client", for automation rules and menus."""

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[("bti_notify", "Notify the Client"), ("sms",)],
        ondelete={"bti_notify": "cascade"},
    )
    bti_sms_template_id = fields.Many2one(
        "sms.template",
        string="Text",
        domain="[('model_id', '=', model_id)]",
        compute="_compute_bti_sms_template_id",
        store=True,
        readonly=False,
        ondelete="set null",
    )
    bti_purpose = fields.Selection(
        PURPOSES,
        string="Purpose",
        default="transactional",
        help="What people refused does not go to them. Service messages: prices, hours "
        "and the like; satisfaction questions: how they were served.",
    )
    bti_channel_id = fields.Many2one(
        "bti.channel",
        string="Channel",
        ondelete="set null",
        help="Leave it empty to use the first active channel of the document's company.",
    )

    bti_delay = fields.Integer(string="Delay", help="The client is told so much later. 0: at once.")
    bti_delay_type = fields.Selection(
        [("minutes", "Minutes"), ("hours", "Hours"), ("days", "Days")],
        string="Unit of the Delay",
        default="minutes",
    )

    _bti_delay_positive = models.Constraint(
        "CHECK(bti_delay >= 0)", "A message cannot be sent before its cause."
    )

    # === COMPUTE METHODS === #

    @api.depends("model_id", "state")
    def _compute_bti_sms_template_id(self):
        self.filtered(
            lambda action: (
                action.state != "bti_notify"
                or action.bti_sms_template_id.model_id != action.model_id
            )
        ).bti_sms_template_id = False

    @api.depends("state")
    def _compute_available_model_ids(self):
        notifying = self.filtered(lambda action: action.state == "bti_notify")
        if notifying:
            notifying.available_model_ids = self.env["ir.model"].search(
                [("is_mail_thread", "=", True), ("transient", "=", False)]
            )
        return super(IrActionsServer, self - notifying)._compute_available_model_ids()

    # === ONCHANGE METHODS === #

    @api.onchange("bti_sms_template_id")
    def _onchange_bti_sms_template_id(self):
        """Name and warning follow the text. Not through ``_name_depends``: when this addon
        is uninstalled, Odoo drops the fields of ir.cron that depend on a field of ours."""
        self._compute_name()
        self._compute_warning()

    # === CORE HOOKS === #

    def _generate_action_name(self):
        self.ensure_one()
        if self.state == "bti_notify" and self.bti_sms_template_id:
            return self.env._(
                "Notify the client: %(template)s",
                template=self.bti_sms_template_id.name,
            )
        return super()._generate_action_name()

    def _get_warning_messages(self):
        warnings = super()._get_warning_messages()
        if self.state == "bti_notify":
            if self.model_id.transient or not self.model_id.is_mail_thread:
                warnings.append(
                    self.env._("Clients can only be notified about documents that have a chatter.")
                )
            if self.bti_sms_template_id.model_id not in (self.model_id, self.env["ir.model"]):
                warnings.append(
                    self.env._(
                        "The text %(template)s is made for other documents.",
                        template=self.bti_sms_template_id.name,
                    )
                )
        return warnings

    def _run_action_bti_notify_multi(self, eval_context=None):
        """Queue the message for each document."""
        records = (eval_context or {}).get("records") or (eval_context or {}).get("record")
        if not records or not self.bti_sms_template_id or self._is_recompute():
            return False
        if self.bti_delay > 0:
            delay = relativedelta(**{self.bti_delay_type or "minutes": self.bti_delay})
            records = records.with_context(bti_release_at=fields.Datetime.now() + delay)
        records._bti_notify(
            self.bti_sms_template_id,
            purpose=self.bti_purpose,
            channel=self.bti_channel_id,
        )
        return False
