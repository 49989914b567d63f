from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS

from ...tools import client_links


class BtiMessage(models.Model):
    """Links by which a client proves to be himself are not readable in what is stored."""

    _inherit = "bti.message"

    link_secrets = fields.Text(
        readonly=True,
        groups=NO_ACCESS,
        help="What the dots in the links of the text stand for, one per line.",
    )

    @api.model
    def _prepare_create_vals(self, vals):
        body, secrets = client_links.mask(vals.get("body") or "")
        if secrets:
            vals = {**vals, "body": body}
        if vals.get("direction", "out") == "out":
            # the same columns for all: campaigns insert many rows at once
            kept = "\n".join(secrets) or vals.get("link_secrets") or False
            vals = {**vals, "link_secrets": kept}
        return super()._prepare_create_vals(vals)

    def _get_whole_text(self):
        """:return: the text as it is sent
        :rtype: str
        """
        self.ensure_one()
        text = self.body or ""
        # sudo: only the system sends
        if secrets := self.sudo().link_secrets:
            text = client_links.unmask(text, secrets.split("\n"))
        return self.partner_id._bti_complete_text(text, self._get_link_addresses())

    def _get_link_addresses(self):
        """Hook: where this message goes, as the owner of a link in it is known.

        :rtype: set[str]
        """
        self.ensure_one()
        return {self.number}

    def _update_state(self, target, date=None, **vals):
        if target == "delivered":
            vals["link_secrets"] = False  # never sent again
        return super()._update_state(target, date=date, **vals)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _bti_complete_text(self, text, addresses):
        """Hook: complete a text that is about to be sent to this contact, if there is one.

        :param str text: as it is stored
        :param collection[str] addresses: where it goes, E.164 or normalised e-mail
        :rtype: str
        """
        return text
