from odoo import api, models
from odoo.fields import Domain


class MailingMailing(models.Model):
    """A campaign that somebody holds spends nothing: its messages leave their room in the budgets
    to others, and ask for it again when it goes on."""

    _inherit = "mailing.mailing"

    def write(self, vals):
        """Have the budgets looked at again by the jobs of the channels."""
        held = {"sms_paused", "sms_stopped", "active"}
        before = self.filtered("through_channels")._bti_get_held() if held & vals.keys() else None
        result = super().write(vals)
        if before is not None:
            changed = self.filtered("through_channels")
            (changed._bti_get_held() - before)._bti_give_room_back()
        return result

    def _bti_get_held(self):
        return self.filtered(lambda mailing: mailing._is_held())

    def _bti_give_room_back(self):
        """What a budget has let go already waits for it once more."""
        if not self:
            return
        # sudo: messages and channels belong to the system
        waiting = (
            self.env["bti.message"]
            .sudo()
            ._read_group(
                Domain("mailing_id", "in", self.ids)
                & Domain("state", "=", "outgoing")
                & Domain("budget_held", "=", False),
                ["channel_id"],
            )
        )
        Budget = self.env["bti.budget"]
        for (channel,) in waiting:
            if Budget._is_held(channel, "marketing"):
                channel.budget_round += 1
                channel._wake()

    @api.model
    def _get_idle_domain(self, companies):
        """:return: messages that wait with a campaign which is held
        :rtype: Domain
        """
        held = (
            Domain("company_id", "in", companies.ids)
            & Domain("mailing_type", "=", "sms")
            & Domain("state", "in", ("in_queue", "sending"))
            # archived ones are looked at too
            & Domain("active", "in", [True, False])
            & (
                Domain("sms_paused", "=", True)
                | Domain("sms_stopped", "=", True)
                | Domain("active", "=", False)
            )
        )
        # any!: sums only, whatever their reader may see of campaigns
        return Domain("state", "=", "outgoing") & Domain("mailing_id", "any!", held)


class BtiBudget(models.Model):
    _inherit = "bti.budget"

    def _sum_costs(self, domain):
        idle = self.env["mailing.mailing"]._get_idle_domain(self.company_id)
        return super()._sum_costs(domain & ~idle)

    @api.model
    def _get_releasable_domain(self, channel):
        """What a campaign holds back is not let go: it would use up the room of what can go."""
        idle = self.env["mailing.mailing"]._get_idle_domain(channel.company_id)
        return super()._get_releasable_domain(channel) & ~idle
