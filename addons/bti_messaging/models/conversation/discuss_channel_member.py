from odoo import api, models
from odoo.exceptions import ValidationError


class DiscussChannelMember(models.Model):
    """Members of a conversation with a client are he and messaging agents of its company.

    A constraint, for Odoo itself adds members with ``sudo()``: by the address of a conversation,
    by a live chat team, by an invitation.
    """

    _inherit = "discuss.channel.member"

    @api.constrains("channel_id", "partner_id", "guest_id")
    def _check_conversation_member(self):
        # sudo: whether somebody belongs there does not depend on who asks
        for member in self.sudo():
            identity = member.channel_id.bti_identity_id
            if not identity:
                continue
            if member.guest_id:
                allowed = member.guest_id == identity.guest_id
            else:
                allowed = any(
                    user._bti_answers_for(identity.company_id)
                    for user in member.partner_id.user_ids
                )
            if not allowed:
                raise ValidationError(
                    self.env._(
                        "Only messaging agents of %(company)s may be in a conversation with its "
                        "clients.",
                        company=identity.company_id.name,
                    )
                )
