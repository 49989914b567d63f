from markupsafe import Markup

from odoo import api, models
from odoo.tools import email_normalize_all

from ...tools import client_links


class MailMessage(models.Model):
    """The chatter shows an SMS without what proves its recipient to be himself."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        # copies: the notification by SMS gets the values as they were
        return super().create([self._bti_mask(vals) for vals in vals_list])

    @api.model
    def _bti_mask(self, vals):
        body = vals.get("body")
        if vals.get("message_type") != "sms" or not body:
            return vals
        masked, secrets = client_links.mask(body)
        if not secrets:
            return vals
        return {**vals, "body": Markup(masked) if isinstance(body, Markup) else masked}


class MailMail(models.Model):
    """An e-mail is completed for each recipient, its copy in the chatter is not."""

    _inherit = "mail.mail"

    def _personalize_outgoing_body(self, body, partner=False, doc_to_followers=None):
        body = super()._personalize_outgoing_body(
            body, partner=partner, doc_to_followers=doc_to_followers
        )
        addresses = email_normalize_all((partner and partner.email) or self.email_to or "")
        return (partner or self.env["res.partner"])._bti_complete_text(body, addresses)


class MailRenderMixin(models.AbstractModel):
    """A short link would keep for everybody what only one recipient gets."""

    _inherit = "mail.render.mixin"

    @api.model
    def _shorten_links(self, html, link_tracker_vals, blacklist=None, base_url=None):
        blacklist = [*(blacklist or []), client_links.OWN]
        return super()._shorten_links(html, link_tracker_vals, blacklist, base_url)

    @api.model
    def _shorten_links_text(self, content, link_tracker_vals, blacklist=None, base_url=None):
        blacklist = [*(blacklist or []), client_links.OWN]
        return super()._shorten_links_text(content, link_tracker_vals, blacklist, base_url)
