from odoo import models

from odoo.addons.mail.tools.discuss import Store


class DiscussChannel(models.Model):
    """What the screen of Discuss has to know of a conversation with somebody outside."""

    _inherit = "discuss.channel"

    def _to_store_defaults(self, target):
        return super()._to_store_defaults(target) + [
            # he reads on his phone: he is never online here, nobody can call him from here
            Store.Attr(
                "bti_is_outside",
                lambda channel: bool(channel.bti_identity_id),
                predicate=lambda channel: channel.channel_type == "livechat",
            )
        ]
