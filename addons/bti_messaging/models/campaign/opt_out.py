from odoo import api, fields, models


class MailingTrace(models.Model):
    """Who wants no more after a campaign has left it."""

    _inherit = "mailing.trace"

    optout_datetime = fields.Datetime(string="Opted Out On", readonly=True)

    @api.model
    def _bti_set_opted_out(self, numbers, date, company=None):
        """Note that recipients want no more: on the last campaign that reached each.

        :param list[str] numbers: in E.164
        :param datetime date: when
        :param res.company company: only its campaigns
        :return: the traces that changed
        :rtype: mailing.trace
        """
        traces = self._bti_find_last(numbers, date, company)
        fresh = traces.filtered(lambda trace: not trace.optout_datetime)
        fresh.sudo().optout_datetime = date  # sudo: written by the program only
        return fresh


class PhoneBlacklist(models.Model):
    _inherit = "phone.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        """A number refused after a campaign counts as opted out by it."""
        records = super().create(vals_list)
        self.env["mailing.trace"]._bti_set_opted_out(
            records.mapped("number"), fields.Datetime.now()
        )
        return records


class MailingSubscription(models.Model):
    _inherit = "mailing.subscription"

    def write(self, vals):
        """A list left after a campaign counts as opted out by it."""
        leaving = self.filtered(lambda sub: not sub.opt_out) if vals.get("opt_out") else None
        result = super().write(vals)
        if leaving:
            # sudo: the opt-out page writes as the public user
            numbers = leaving.sudo().contact_id.mapped("phone_sanitized")
            self.env["mailing.trace"]._bti_set_opted_out(numbers, fields.Datetime.now())
        return result
