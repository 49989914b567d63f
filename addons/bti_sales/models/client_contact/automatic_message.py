from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

# Fields of a row and where they are kept: on the automation rule, or on its action.
RULE_FIELDS = {"active": "active", "stage_id": "trg_field_ref", "name": "name"}
ACTION_FIELDS = {
    "bti_notify": {"delay": "bti_delay", "delay_type": "bti_delay_type", "purpose": "bti_purpose"},
    "next_activity": {
        "delay": "activity_date_deadline_range",
        "delay_type": "activity_date_deadline_range_type",
    },
}
DELAY_TYPES = {
    "bti_notify": ("minutes", "hours", "days"),
    "next_activity": ("days", "weeks", "months"),
}


class AutomaticMessage(models.Model):
    """What happens by itself when a delivery enters a stage, as far as the administrator of the
    brickworks may set it.

    The rows are Odoo's automation rules and their actions, looked at through this narrow window:
    the rules themselves hold filters and code that the server evaluates, and are for system
    administrators only.
    """

    _name = "bti.automatic.message"
    _description = "Automatic Message"
    _auto = False
    _order = "sequence, id"
    _depends = {
        "base.automation": ["active", "model_id", "trigger", "trg_field_ref"],
        "ir.actions.server": [
            "base_automation_id",
            "state",
            "bti_sms_template_id",
            "bti_purpose",
            "bti_delay",
            "bti_delay_type",
            "activity_date_deadline_range",
            "activity_date_deadline_range_type",
        ],
        "bti.delivery.stage": ["sequence"],
    }

    name = fields.Char(
        compute="_compute_name",
        inverse="_inverse_name",
        compute_sudo=True,
        help="For you only. Leave it empty to name it by its stage.",
    )
    automation_id = fields.Many2one("base.automation", groups="base.group_system")
    action_id = fields.Many2one("ir.actions.server", groups="base.group_system")
    sequence = fields.Integer()
    active = fields.Boolean("On", default=True)
    stage_id = fields.Many2one(
        "bti.delivery.stage",
        required=True,
        help="It happens when a delivery enters this stage.",
    )
    kind = fields.Selection(
        [("bti_notify", "SMS to the client"), ("next_activity", "Call by the salesperson")],
        string="What",
        required=True,
        default="bti_notify",
    )
    template_id = fields.Many2one("sms.template", string="Text in All Languages")
    text = fields.Text(
        compute="_compute_text",
        inverse="_inverse_text",
        compute_sudo=True,
        help="What the client reads, or what the call is about.",
    )
    purpose = fields.Selection(
        selection=lambda self: (
            self.env["ir.actions.server"]._fields["bti_purpose"]._description_selection(self.env)
        ),
        default="transactional",
        help="Marketing messages do not go to people who refused them.",
    )
    delay = fields.Integer(help="So much later. 0: at once.")
    delay_type = fields.Selection(
        [
            ("minutes", "Minutes"),
            ("hours", "Hours"),
            ("days", "Days"),
            ("weeks", "Weeks"),
            ("months", "Months"),
        ],
        string="Unit of the Delay",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT action.id,
                   automation.id AS automation_id,
                   action.id AS action_id,
                   automation.active,
                   automation.trg_field_ref AS stage_id,
                   stage.sequence,
                   action.state AS kind,
                   action.bti_sms_template_id AS template_id,
                   action.bti_purpose AS purpose,
                   CASE action.state
                        WHEN 'bti_notify' THEN action.bti_delay
                        ELSE action.activity_date_deadline_range
                    END AS delay,
                   CASE action.state
                        WHEN 'bti_notify' THEN COALESCE(action.bti_delay_type, 'minutes')
                        ELSE action.activity_date_deadline_range_type
                    END AS delay_type
              FROM ir_act_server action
              JOIN base_automation automation ON automation.id = action.base_automation_id
              JOIN ir_model model ON model.id = automation.model_id
              JOIN bti_delivery_stage stage ON stage.id = automation.trg_field_ref
             WHERE model.model = 'stock.picking'
               AND automation.trigger = 'on_stage_set'
               AND action.state IN ('bti_notify', 'next_activity')
            """
        )

    # === COMPUTE METHODS === #

    @api.depends("automation_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for message in self:
            message.name = message.automation_id.name

    def _inverse_name(self):
        for message in self.filtered("name"):
            # sudo: the name of a rule is evaluated by nobody
            message.sudo().automation_id.name = message.name

    @api.depends("template_id", "kind")
    @api.depends_context("lang")
    def _compute_text(self):
        for message in self:
            message.text = (
                message.action_id.activity_summary
                if message.kind == "next_activity"
                else message.template_id.body
            )

    def _inverse_text(self):
        """The text itself is written with the user's own rights: it may hold expressions."""
        for message in self:
            if message.kind == "next_activity":
                # sudo: a plain text
                message.sudo().action_id.activity_summary = message.text
            elif message.template_id:
                message.template_id.sudo(False).body = message.text

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        """Make the automation rule, its action and its text: a view takes no rows."""
        self.browse().check_access("create")
        return self.browse(self._create_rule(vals).id for vals in vals_list)

    def write(self, vals):
        self.check_access("write")
        for message in self:
            message._write_rule(vals)
        self.env.invalidate_all()
        # the rest is computed, and written by its inverse
        return super().write({name: vals[name] for name in ("name", "text") if name in vals})

    # === BUSINESS METHODS === #

    def _create_rule(self, vals):
        """:return: the server action, whose id is that of the row"""
        kind = vals.get("kind", "bti_notify")
        stage = self.env["bti.delivery.stage"].browse(vals.get("stage_id") or False)
        if kind not in ACTION_FIELDS or not stage.exists():
            raise ValidationError(self.env._("Choose a stage, and what happens then."))
        name = vals.get("name") or stage.name
        model = self.env["ir.model"]._get("stock.picking")
        action = {
            "name": name,
            "model_id": model.id,
            "usage": "base_automation",
            "state": kind,
            **self._get_action_vals(kind, vals),
        }
        if kind == "next_activity":
            action.update(
                activity_type_id=self.env.ref("bti_sales.mail_activity_type_delivery_call").id,
                activity_user_type="generic",
                activity_user_field_name="sale_user_id",
                activity_summary=vals.get("text"),
            )
        else:
            # with the user's own rights: the text may hold expressions
            template = self.env["sms.template"].create(
                {"name": name, "model_id": model.id, "body": vals.get("text") or name}
            )
            action["bti_sms_template_id"] = template.id
        # sudo: nothing in these values is evaluated but the text, which was checked above
        automation = (
            self.env["base.automation"]
            .sudo()
            .create(
                {
                    "name": name,
                    "active": vals.get("active", True),
                    "model_id": model.id,
                    "trigger": "on_stage_set",
                    "trg_field_ref": stage.id,
                    "action_server_ids": [fields.Command.create(action)],
                }
            )
        )
        self.env.flush_all()
        return automation.action_server_ids

    def _write_rule(self, vals):
        # sudo: a few plain values of the rule and its action, none of which is evaluated
        row = self.sudo()
        rule_vals = {
            RULE_FIELDS[name]: vals[name] for name in ("active", "stage_id") if name in vals
        }
        if "stage_id" in vals and not self.env["bti.delivery.stage"].browse(vals["stage_id"]):
            raise ValidationError(self.env._("Choose a stage, and what happens then."))
        action_vals = self._get_action_vals(row.kind, vals)
        automation, action = row.automation_id, row.action_id
        if rule_vals:
            automation.write(rule_vals)
        if action_vals:
            action.write(action_vals)

    @api.model
    def _get_action_vals(self, kind, vals):
        """:return: values of the server action"""
        unit = vals.get("delay_type")
        if vals.get("delay", 0) < 0 or (unit and unit not in DELAY_TYPES[kind]):
            raise ValidationError(
                self.env._(
                    "An SMS goes minutes, hours or days after its stage, a call is due after days,"
                    " weeks or months."
                )
            )
        return {
            theirs: vals[ours]
            for ours, theirs in ACTION_FIELDS[kind].items()
            if ours in vals and (vals[ours] or ours == "delay")
        }
