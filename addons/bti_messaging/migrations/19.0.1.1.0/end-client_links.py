import re

from odoo import SUPERUSER_ID, api

from odoo.addons.bti_messaging.tools import client_links

CANDIDATE = "(body LIKE '%%/m/%%' OR body LIKE '%%token=%%' OR body LIKE '%%/rate/%%')"
# States from which a message is sent, or may be sent again.
KEPT_STATES = ("outgoing", "sending", "unknown", "failed", "canceled")
TOKEN = re.compile(r"(?<=/m/)[\w-]{22,26}")


def migrate(cr, version):
    """Whoever reads a stored text must not become the client to whom it went: take what proves
    him out of the links. What still has to be sent keeps it apart."""
    _mask_outbox(cr)
    _mask_queue(cr)
    _mask_chatters(cr, api.Environment(cr, SUPERUSER_ID, {}))


def _mask_outbox(cr):
    for message_id, body, direction, state in _fetch(
        cr, f"SELECT id, body, direction, state FROM bti_message WHERE {CANDIDATE}"
    ):
        masked, secrets = client_links.mask(body)
        kept = secrets and direction == "out" and state in KEPT_STATES
        if secrets:
            cr.execute(
                "UPDATE bti_message SET body = %s, link_secrets = %s WHERE id = %s",
                [masked, "\n".join(secrets) if kept else None, message_id],
            )


def _mask_queue(cr):
    for sms_id, body in _fetch(cr, f"SELECT id, body FROM sms_sms WHERE {CANDIDATE}"):
        masked, secrets = client_links.mask(body)
        if secrets:
            cr.execute(
                "UPDATE sms_sms SET body = %s, bti_link_secrets = %s WHERE id = %s",
                [masked, "\n".join(secrets), sms_id],
            )


def _mask_chatters(cr, env):
    """SMS and our notes about them; elsewhere links to the page of choices that still work."""
    Consent = env["bti.consent"]

    def hide(match):
        return "." * len(match[0]) if Consent._get_preference_owner(match[0])[0] else match[0]

    for message_id, body, ours in _fetch(
        cr,
        "SELECT id, body, message_type = 'sms' OR body LIKE '%%data-oe-model=\"bti.message\"%%'"
        f" FROM mail_message WHERE {CANDIDATE}",
    ):
        masked = client_links.mask(body)[0] if ours else TOKEN.sub(hide, body)
        if masked != body:
            cr.execute("UPDATE mail_message SET body = %s WHERE id = %s", [masked, message_id])


def _fetch(cr, query):
    cr.execute(f"{query} ORDER BY id", [])
    return cr.fetchall()
