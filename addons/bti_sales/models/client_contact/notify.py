from datetime import datetime, time

from odoo import SUPERUSER_ID, api, fields, models

from ...tools import counts

CALL_ACTIVITY = "bti_sales.mail_activity_type_delivery_call"


class StockPicking(models.Model):
    """Whom the rules on stages tell, and who acts when that fails."""

    _inherit = "stock.picking"

    @api.model
    def mail_allowed_qweb_expressions(self):
        """What whoever may write texts, but no code, may put into the text of a delivery.

        :rtype: tuple[str]
        """
        return (
            *super().mail_allowed_qweb_expressions(),
            "object.company_id.name",
            "object.company_id.message_name",
            "object.sale_id.name",
            "object.total_pallets",
            "object.pallets_text",
            "object.total_pieces",
            "object.truck_plate",
            "object.tracking_url",
        )

    pallets_text = fields.Char(
        compute="_compute_pallets_text", help="Pallets of the load in words, for texts to clients."
    )

    @api.depends("total_pallets")
    @api.depends_context("lang")
    def _compute_pallets_text(self):
        for picking in self:
            picking.pallets_text = counts.pallets(self.env, picking.total_pallets)

    def _bti_notify_partner(self):
        """The contact on site when an SMS can reach him, else the client of the order."""
        self.ensure_one()
        contacts = self.partner_id | self.sale_id.partner_id | self.partner_id.commercial_partner_id
        return (
            contacts.filtered(lambda contact: contact._bti_get_mobile(contact.phone))[:1]
            or contacts.filtered("phone")[:1]
            or contacts[:1]
        )

    def _bti_notify_responsible(self):
        """The salesperson of the order, else who looks after the transfer."""
        self.ensure_one()
        return self.sale_user_id or self.user_id

    def _bti_render(self, template, partner):
        """Write the text as the company does, whoever moves the load: a driver sees no order."""
        return super()._bti_render(template.with_user(SUPERUSER_ID), partner)

    def activity_schedule(
        self, act_type_xmlid="", date_deadline=None, summary="", note="", **act_values
    ):
        """Put the call after a delivery on a working day of the company; who refuses such calls
        gets none."""
        call_type = self.env.ref(CALL_ACTIVITY, raise_if_not_found=False)
        is_call = call_type and (
            act_type_xmlid == CALL_ACTIVITY or act_values.get("activity_type_id") == call_type.id
        )
        if is_call:
            # the call asks how the delivery went
            self = self.filtered(lambda picking: not picking._refuses_questions("phone"))
        if is_call and date_deadline:
            activities = self.env["mail.activity"]
            for picking in self:
                activities |= super(StockPicking, picking).activity_schedule(
                    act_type_xmlid=act_type_xmlid,
                    date_deadline=picking._get_working_day(date_deadline),
                    summary=summary,
                    note=note,
                    **act_values,
                )
            return activities
        return super().activity_schedule(
            act_type_xmlid=act_type_xmlid,
            date_deadline=date_deadline,
            summary=summary,
            note=note,
            **act_values,
        )

    def _get_working_day(self, date):
        """The first working day of the company from a date on.

        :param date date: day that is wished
        :rtype: date
        """
        self.ensure_one()
        calendar = self.sudo().company_id.resource_calendar_id  # sudo: setting of the company
        if not calendar:
            return date
        worked = calendar.plan_days(1, datetime.combine(date, time.min), compute_leaves=True)
        return worked.date() if worked else date
