from odoo import api, fields, models
from odoo.fields import Domain


class BtiChannel(models.Model):
    """What is left on the account at the operator."""

    _inherit = "bti.channel"

    topup_ids = fields.One2many("bti.channel.topup", "channel_id", string="Top-ups")
    has_balance = fields.Boolean(compute="_compute_balance")
    balance = fields.Monetary(
        compute="_compute_balance",
        help="The last balance read at the operator, or the first top-up, plus top-ups and minus "
        "the cost of the messages since.",
    )
    min_balance = fields.Monetary(
        string="Low Balance",
        help="The responsible people are alerted below this amount. 0: no alert.",
    )

    # === COMPUTE METHODS === #

    @api.depends("topup_ids.amount", "topup_ids.date", "topup_ids.kind")
    def _compute_balance(self):
        """Two queries for all channels."""
        movements, spent = self._get_movements()
        for channel in self:
            own = movements.get(channel._origin.id, [])
            channel.has_balance = bool(own)
            channel.balance = sum(amount for _date, amount in own) - spent.get(
                channel._origin.id, 0.0
            )

    def _get_movements(self):
        """:return: per channel id, the movements since the last balance that was read (it
            included), and the cost of the messages since the first of these movements
        :rtype: tuple[dict[int, list], dict[int, float]]
        """
        movements = {}
        # sudo: whoever may read the channel may see its balance
        for topup in (
            self.env["bti.channel.topup"]
            .sudo()
            .search([("channel_id", "in", self.ids)], order="date, id")
        ):
            own = movements.setdefault(topup.channel_id.id, [])
            if topup.kind == "reading":
                own.clear()
            own.append((topup.date, topup.amount))
        since = Domain.OR(
            Domain("channel_id", "=", channel_id) & Domain("date_sent", ">=", own[0][0])
            for channel_id, own in movements.items()
        )
        spent = {}
        if movements:
            spent = {
                channel.id: cost
                for channel, cost in self.env["bti.message"]
                .sudo()
                ._read_group(since, ["channel_id"], ["cost:sum"])
            }
        return movements, spent

    # === ACTIONS === #

    def action_view_topups(self):
        """Open the channel's account."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_channel_topup_action"
        )
        return {
            **action,
            "domain": [("channel_id", "=", self.id)],
            "context": {"default_channel_id": self.id},
        }
