from odoo import api, models


class MailingSubscription(models.Model):
    _inherit = "mailing.subscription"

    @api.model_create_multi
    def create(self, vals_list):
        """Log who refuses a list from the beginning."""
        subscriptions = super().create(vals_list)
        subscriptions.filtered("opt_out")._bti_log_opt_out()
        return subscriptions

    def write(self, vals):
        """Log who leaves a list or comes back to it."""
        before = {subscription: subscription.opt_out for subscription in self}
        result = super().write(vals)
        self.filtered(lambda record: record.opt_out != before[record])._bti_log_opt_out()
        return result

    def _bti_log_opt_out(self):
        """Write into the consent log what the contact of each subscription said about this
        one list; other marketing is not concerned."""
        if not self:
            return
        origin = self.env["phone.blacklist"]._bti_get_origin()
        vals_list = []
        for subscription in self:
            contact = subscription.contact_id
            for kind, address in (
                ("sms", contact.phone_sanitized),
                ("email", contact.email_normalized),
            ):
                if address:
                    vals_list.append(subscription._bti_prepare_consent(origin, kind, address))
        # sudo: nobody writes this log by hand
        self.env["bti.consent"].sudo().create(vals_list)

    def _bti_prepare_consent(self, origin, kind, address):
        name = self.list_id.name
        if self.opt_out:
            proof = self.env._("Unsubscribed from the mailing list %(name)s.", name=name)
        else:
            proof = self.env._("Subscribed to the mailing list %(name)s again.", name=name)
        return {
            **origin,
            "company_id": False,
            "kind": kind,
            "address": address,
            "state": "withdrawn" if self.opt_out else "given",
            "purpose": "marketing",
            "proof": "\n".join(filter(None, (proof, origin["proof"]))),
            "list_id": self.list_id.id,
            "list_name": name,
            "user_id": self.env["bti.consent"]._get_recorder(),
        }
