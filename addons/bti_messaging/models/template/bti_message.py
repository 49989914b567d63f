from dataclasses import replace

from odoo import api, fields, models
from odoo.fields import Domain

from ...gateways.base import FailureReason


class BtiTemplate(models.Model):
    _inherit = "bti.template"

    def _call_messages_offers(self):
        waiting = self.env["bti.message"].search(
            Domain("template_id", "in", self.ids) & Domain("state", "=", "outgoing")
        )
        waiting._become_offers()
        return super()._call_messages_offers()


class BtiMessage(models.Model):
    """A message whose words the network has approved: looked at when it is written, and once more
    when it goes, for the network may have changed its mind in the meantime."""

    _inherit = "bti.message"

    # === FIELDS === #

    template_id = fields.Many2one(
        "bti.template",
        string="Approved Text",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    # === CRUD METHODS === #

    @api.model
    def _prepare_create_vals(self, vals):
        """Why an approved text cannot go is said in words."""
        template_id = vals.get("template_id")
        if not template_id or vals.get("direction", "out") != "out":
            return super()._prepare_create_vals(vals)
        template = self.env["bti.template"].browse(template_id)
        if template.category == "marketing":
            vals = {**vals, "purpose": "marketing"}
        prepared = super()._prepare_create_vals(vals)
        channel = self.env["bti.channel"].browse(prepared.get("channel_id") or False)
        problem = template._get_kept_problem(channel, bool(prepared.get("attachment_ids")))
        if problem and prepared.get("state", "outgoing") != "failed":
            prepared.update(
                state="failed",
                cost=0.0,
                failure_type=FailureReason.TEMPLATE.value,
                failure_reason=problem,
            )
        return prepared

    # === BUSINESS METHODS === #

    def _prepare_content(self):
        """The text of the message is for us to read: the network has it already."""
        content = super()._prepare_content()
        template = content.template
        if not template:
            return content
        if template.header and content.media:
            # what kind of file it is, the text says; its bytes are the message's
            [file] = content.media[:1]
            template = replace(template, header=replace(file, kind=template.header.kind))
        return replace(content, text="", media=(), template=template)

    def _find_ready(self, channel):
        """What was approved when it was written may be stopped now, or be an offer: that one is
        looked at again as such, by the rules for offers."""
        if channel.kind != "whatsapp":
            return super()._find_ready(channel)
        texts = self.filtered("template_id")
        stopped = self.browse()
        alike = texts.grouped(
            lambda message: (
                message.template_id,
                # asked where it matters only
                not message.template_id._takes_file() or bool(message.attachment_ids),
            )
        )
        for (template, has_file), messages in alike.items():
            if problem := template._get_kept_problem(channel, has_file):
                messages._update_state(
                    "failed",
                    failure_type=FailureReason.TEMPLATE.value,
                    failure_reason=problem,
                    cost=0.0,
                )
                stopped |= messages
        offers = (texts - stopped).filtered(
            lambda message: (
                message.template_id.category == "marketing" and message.purpose != "marketing"
            )
        )
        offers._become_offers()
        return super(BtiMessage, self - stopped - offers)._find_ready(channel)

    def _become_offers(self):
        """Quiet hours, budgets and consent are those of offers from now on."""
        alike = self.grouped(lambda message: (message.company_id, message.channel_id))
        for (company, channel), messages in alike.items():
            charge = self._prepare_charge_vals(company, channel, "marketing")
            messages.write({"purpose": "marketing", **charge})
