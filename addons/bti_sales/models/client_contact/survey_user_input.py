from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date, plaintext2html

from odoo.addons.bti_messaging.tools.readers import in_language_of

from .notify import CALL_ACTIVITY


class SurveyUserInput(models.Model):
    """The contact sheet: what the client says after a delivery."""

    _inherit = "survey.user_input"

    picking_id = fields.Many2one(
        "stock.picking", "Delivery", index="btree_not_null", ondelete="cascade", readonly=True
    )
    retried_picking_id = fields.Many2one(
        "stock.picking",
        "Delivery of the sheet taken again",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        help="Of a contact sheet that is being taken again, and of one that another has replaced.",
    )
    sale_id = fields.Many2one(related="picking_id.sale_id", string="Order")
    sale_user_id = fields.Many2one(
        related="picking_id.sale_user_id", string="Salesperson", store=True
    )
    delivery_date = fields.Datetime(related="picking_id.date_done", string="Delivered on")
    # compute_sudo: reps read the answers of their sheets, not those of other surveys
    sheet_summary = fields.Text(
        "Contact sheet answers", compute="_compute_sheet_summary", compute_sudo=True
    )

    _one_per_delivery = models.UniqueIndex(
        "(picking_id) WHERE picking_id IS NOT NULL", "A delivery has one contact sheet."
    )

    # === COMPUTE METHODS === #

    @api.depends("user_input_line_ids.display_name", "picking_id")
    @api.depends_context("lang")
    def _compute_sheet_summary(self):
        for answer in self:
            answer.sheet_summary = (
                "\n".join(answer._get_sheet_lines()) if answer.picking_id else False
            )

    # === ACTION METHODS === #

    def action_open_sheet(self):
        """Open the sheet, to fill it or to read it."""
        self.ensure_one()
        return self.picking_id.action_contact_sheet()

    # === BUSINESS METHODS === #

    def _get_sheet_lines(self):
        """The answers in words, one text per question that was answered.

        :rtype: list[str]
        """
        self.ensure_one()
        values = {}
        for line in self.user_input_line_ids:
            if not line.skipped and (value := line._get_sheet_value()):
                values.setdefault(line.question_id, []).append(value)
        return [
            f"{question.title} {', '.join(values[question])}"
            for question in self.survey_id.question_ids
            if question in values
        ]

    def _get_sheet_delivery(self):
        """:return: the delivery of this contact sheet, also of one that is being taken again
        :rtype: stock.picking
        """
        return self.picking_id or self.retried_picking_id

    def _mark_done(self):
        """Pass the answers of a contact sheet on to the delivery and to the client's file."""
        res = super()._mark_done()
        for sheet in self.filtered(lambda sheet: not sheet.picking_id and sheet.retried_picking_id):
            sheet._take_delivery()
        for sheet in self.filtered("picking_id"):
            sheet._publish_sheet()
        return res

    def _take_delivery(self):
        """Become the contact sheet of the delivery, in place of the one before."""
        self.ensure_one()
        delivery = self.retried_picking_id
        former = delivery.contact_sheet_ids
        former.write({"picking_id": False, "retried_picking_id": delivery.id})
        former.flush_recordset()  # a delivery has one sheet at each moment
        # whoever took it again, the answers are the client's
        self.write(delivery._prepare_contact_sheet_vals())

    def _publish_sheet(self):
        """Close the call of the salesperson and write the answers where people look for them."""
        self.ensure_one()
        # sudo: the client himself may have filled the sheet, without login
        picking_sudo = self.sudo().picking_id
        salesperson = picking_sudo.sale_user_id
        sheet_sudo = in_language_of(self.sudo(), salesperson, picking_sudo.company_id)
        summary = sheet_sudo.sheet_summary or ""
        is_call_open = picking_sudo.activity_search([CALL_ACTIVITY], only_automated=False)
        picking_sudo.activity_feedback([CALL_ACTIVITY], feedback=summary, only_automated=False)
        link = picking_sudo._get_html_link()
        title = (
            sheet_sudo.env._("Corrected contact sheet of delivery %(name)s:", name=link)
            if self.retried_picking_id
            else sheet_sudo.env._("Contact sheet of delivery %(name)s:", name=link)
        )
        body = Markup("<p>%s</p>%s") % (title, plaintext2html(summary))
        author = self.env.user.partner_id if self.env.user._is_internal() else self.partner_id
        # a call that was open holds the answers in the delivery's chatter already
        threads = [sheet_sudo.partner_id.commercial_partner_id]
        if not is_call_open:
            threads.append(picking_sudo)
        for thread in threads:
            if thread:
                thread.message_post(body=body, author_id=author.id, subtype_xmlid="mail.mt_note")


class SurveyUserInputLine(models.Model):
    _inherit = "survey.user_input.line"

    def _get_sheet_value(self):
        """The answer in words, whole, in the environment's language.

        :rtype: str
        """
        self.ensure_one()
        if self.answer_type == "text_box":
            return self.value_text_box
        if self.answer_type == "numerical_box":
            return f"{self.value_numerical_box:g}"
        if self.answer_type == "date":
            return format_date(self.env, self.value_date)
        return self.display_name
