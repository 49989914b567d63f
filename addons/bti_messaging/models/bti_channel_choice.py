from odoo import api, models


class BtiChannel(models.Model):
    """Through which channel a message goes."""

    _inherit = "bti.channel"

    @api.model
    def _choose_channels(self, company, kind, wishes, exclude=None):
        """Choose the channel of each of many messages at once; hook for other addons.

        :param res.company company: the sender
        :param str kind: what the channels must carry
        :param list[tuple[str, str]] wishes: (number in E.164 or empty, purpose) per message
        :param bti.channel exclude: channels that must not be chosen, e.g. because they are down
        :return: a channel, or an empty one, per wish, in their order
        :rtype: list[bti.channel]
        """
        # sudo: as in _find_channel
        channel = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", kind),
                ("state", "=", "active"),
                ("id", "not in", exclude.ids if exclude else []),
            ],
            limit=1,
        )
        return [channel] * len(wishes)
