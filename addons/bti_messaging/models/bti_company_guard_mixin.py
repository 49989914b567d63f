from odoo import models


class BtiCompanyGuardMixin(models.AbstractModel):
    """Nobody moves a record into a company for which he does not work.

    Odoo asks the record rules before a change, not after it: through RPC a channel could be handed
    to another company, which would then write through somebody else's gateway.
    """

    _name = "bti.company.guard.mixin"
    _description = "Stays Within the Companies of Its User"

    def write(self, vals):
        """Ask the record rules once more when the company changes, or the channel that tells it."""
        result = super().write(vals)
        if {"company_id", "channel_id"} & vals.keys():
            self.check_access("write")
        return result


class BtiChannel(models.Model):
    _name = "bti.channel"
    _inherit = ["bti.channel", "bti.company.guard.mixin"]


class BtiKeyword(models.Model):
    _name = "bti.keyword"
    _inherit = ["bti.keyword", "bti.company.guard.mixin"]


class BtiBudget(models.Model):
    _name = "bti.budget"
    _inherit = ["bti.budget", "bti.company.guard.mixin"]


class BtiQuietPeriod(models.Model):
    _name = "bti.quiet.period"
    _inherit = ["bti.quiet.period", "bti.company.guard.mixin"]


class BtiChannelPrice(models.Model):
    _name = "bti.channel.price"
    _inherit = ["bti.channel.price", "bti.company.guard.mixin"]


class BtiChannelTopup(models.Model):
    _name = "bti.channel.topup"
    _inherit = ["bti.channel.topup", "bti.company.guard.mixin"]


class MailingMailing(models.Model):
    _name = "mailing.mailing"
    _inherit = ["mailing.mailing", "bti.company.guard.mixin"]
