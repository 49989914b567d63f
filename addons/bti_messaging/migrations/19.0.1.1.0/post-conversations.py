from odoo import SUPERUSER_ID, api

AGENTS = "(1 if user.has_group('bti_messaging.group_messaging_user') else 0, '=', 1)"
# rules of security/bti_inbound_rules.xml that an update leaves alone: field of the company
RULES = {
    "discuss_channel_rule_company": "bti_company_id",
    "discuss_channel_member_rule_company": "channel_id.bti_company_id",
}


def migrate(cr, version):
    """Conversations with clients, and their names, are for the agents of their company only."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, field in RULES.items():
        if rule := env.ref(f"bti_messaging.{name}", raise_if_not_found=False):
            rule.domain_force = (
                f"['|', ('{field}', '=', False), '&', "
                f"('{field}', 'in', user.company_ids.ids), {AGENTS}]"
            )
    cr.execute(
        """
        UPDATE mail_guest guest
           SET bti_company_id = identity.company_id
          FROM bti_identity identity
         WHERE identity.guest_id = guest.id
           AND guest.bti_company_id IS NULL
        """
    )
    env["mail.guest"].invalidate_model(["bti_company_id"])
    _take_strangers_out(env)
    _let_agents_answer(env)


def _take_strangers_out(env):
    members = env["discuss.channel.member"].search([("channel_id.bti_identity_id", "!=", False)])
    members.filtered(
        lambda member: (
            member.guest_id != member.channel_id.bti_identity_id.guest_id
            if member.guest_id
            else not any(
                user._bti_answers_for(member.channel_id.bti_company_id)
                for user in member.partner_id.user_ids
            )
        )
    ).unlink()


def _let_agents_answer(env):
    """The user who gets what nobody answers has to be an agent."""
    channels = env["bti.channel"].with_context(active_test=False)
    channels.search([("offline_user_id", "!=", False)]).filtered(
        lambda channel: not channel.offline_user_id._bti_answers_for(channel.company_id)
    ).write({"offline_rule": "team", "offline_user_id": False})
