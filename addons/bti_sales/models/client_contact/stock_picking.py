from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.bti_messaging.tools.insert_or_find import made_once

from .notify import CALL_ACTIVITY

# An SMS has room for so many deliveries, each with its link.
MOST_DELIVERIES = 3


class StockPicking(models.Model):
    """The contact sheet that follows each delivery."""

    _inherit = "stock.picking"

    contact_sheet_ids = fields.One2many("survey.user_input", "picking_id", readonly=True)
    # compute_sudo: whether there is a sheet is seen by all who see the delivery
    contact_sheet_id = fields.Many2one(
        "survey.user_input",
        "Contact sheet",
        compute="_compute_contact_sheet_id",
        compute_sudo=True,
    )
    contact_sheet_state = fields.Selection(
        [("to_fill", "To fill"), ("filled", "Filled")],
        "State of the contact sheet",
        compute="_compute_contact_sheet_id",
        compute_sudo=True,
    )

    may_ask_client = fields.Boolean(
        compute="_compute_may_ask_client",
        help="Whether the client takes questions about how he was served; for the texts of SMS.",
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "sale_id.partner_id", "company_id")
    def _compute_may_ask_client(self):
        for picking in self:
            picking.may_ask_client = not picking._refuses_questions("sms")

    def _refuses_questions(self, kind):
        """:param str kind: by which way, as in ``bti.consent``
        :rtype: bool
        """
        self.ensure_one()
        number = self._bti_notify_number()
        # sudo: what the client has said counts, whoever moves the load
        Consent = self.env["bti.consent"].sudo()
        return bool(number) and bool(
            Consent._get_refused(self.company_id, kind, [number], "survey")
        )

    @api.depends("contact_sheet_ids.state")
    def _compute_contact_sheet_id(self):
        for picking in self:
            sheet = picking.contact_sheet_ids[:1]
            picking.contact_sheet_id = sheet
            picking.contact_sheet_state = sheet and (
                "filled" if sheet.state == "done" else "to_fill"
            )

    # === ACTION METHODS === #

    def action_contact_sheet(self):
        """Open the contact sheet of this delivery: to fill it, or to read it once it is filled."""
        self.ensure_one()
        self.check_access("read")
        if self.state != "done":
            raise UserError(
                self.env._("The contact sheet is filled after the delivery has arrived.")
            )
        # sudo: who sees the delivery fills its sheet, without rights on surveys in general
        sheet_sudo = self.sudo()._get_contact_sheet()
        if not sheet_sudo:
            raise UserError(
                self.env._(
                    "The survey “Contact sheet after delivery” is archived: activate it in Surveys."
                )
            )
        if sheet_sudo.state == "done":
            return {
                "type": "ir.actions.act_window",
                "res_model": "survey.user_input",
                "res_id": sheet_sudo.id,
                "views": [(self.env.ref("bti_sales.contact_sheet_view_form").id, "form")],
                "target": "current",
            }
        return {"type": "ir.actions.act_url", "url": sheet_sudo.get_start_url(), "target": "new"}

    # === BUSINESS METHODS === #

    def _undo_steps(self, stage):
        """Override: no sheet and no call for a delivery that has not been."""
        res = super()._undo_steps(stage)
        if not stage._is_beyond("delivered"):
            self.contact_sheet_ids.filtered(lambda sheet: sheet.state != "done").unlink()
            self.activity_unlink([CALL_ACTIVITY], only_automated=False)
        return res

    def _enter_stage(self, stage, sources):
        """Override: a delivered load gets its contact sheet, which the tracking page offers."""
        res = super()._enter_stage(stage, sources)
        if stage.kind == "delivered":
            for picking in self:
                picking.sudo()._get_contact_sheet()  # sudo: drivers and yard have no surveys
        return res

    def _get_contact_sheet(self):
        """The contact sheet of this delivery, made when there is none yet.

        :return: ``survey.user_input``, empty when the survey is archived or gone
        """
        self.ensure_one()
        if self.contact_sheet_ids:
            return self.contact_sheet_ids[:1]
        survey = self.env.ref("bti_sales.survey_contact_sheet", raise_if_not_found=False)
        if not survey or not survey.active:
            return self.env["survey.user_input"]
        client = self.sale_id.partner_id or self.partner_id
        with made_once():  # the client may open his link while the rep opens the sheet
            return survey._create_answer(
                partner=client, check_attempts=False, **self._prepare_contact_sheet_vals()
            )

    def _prepare_contact_sheet_vals(self):
        """Values of a new contact sheet, beside those that the survey sets."""
        self.ensure_one()
        client = self.sale_id.partner_id or self.partner_id
        return {"picking_id": self.id, "partner_id": client.id}

    # === BUSINESS METHODS: WHAT A CLIENT IS TOLD === #

    @api.model
    def _bti_find_of_client(self, partner, company, order_name=""):
        """:param res.partner partner: the client or one of his people; may be empty
        :param res.company company: that delivers
        :param str order_name: of one order of his
        :return: his deliveries on their way or planned, the next ones first, else the last one
        :rtype: stock.picking
        """
        client = partner.commercial_partner_id
        if not client:
            return self.browse()
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("sale_id.partner_id", "child_of", client.id)
            & Domain("stage_id", "!=", False)
            & Domain("state", "!=", "cancel")
        )
        if order_name:
            domain &= Domain("sale_id.name", "=ilike", order_name)
        return self.search(
            domain & Domain("state", "!=", "done"),
            order="scheduled_date, id",
            limit=MOST_DELIVERIES,
        ) or self.search(domain, order="date_done desc, id desc", limit=1)

    def _bti_get_state_text(self):
        """:return: the stage of each delivery and the link to follow it, one line each
        :rtype: str
        """
        return "\n".join(
            f"{delivery.sale_id.name or delivery.name}: "
            f"{delivery.stage_id.client_label or delivery.stage_id.name} "
            f"{delivery._get_tracking_url()}"
            for delivery in self
        )
