"""Prepare an SMS campaign to 2,000 contacts: traces, trackers and messages."""

from unittest.mock import patch

from helpers import kannel

BARS = {"queries": 0.10, "seconds": 0.50, "processor": 0.50}
COUNT = 2_000


def setup(env, count=COUNT):
    """Contacts with a mobile number each, one in fifty of them refused, and a campaign."""
    env.cr.execute(
        """
        INSERT INTO res_partner (name, complete_name, phone, phone_sanitized, active, lang, type,
                                 company_id, autopost_bills, create_date, write_date)
             SELECT 'Client ' || n, 'Client ' || n, '+2135' || n, '+2135' || n, true, 'fr_FR',
                    'contact', %s, 'ask', NOW(), NOW()
               FROM GENERATE_SERIES(50000000, 50000000 + %s - 1) n
        """,
        (env.company.id, count),
    )
    env.cr.execute(
        """
        INSERT INTO phone_blacklist (number, active)
             SELECT '+2135' || n, true FROM GENERATE_SERIES(50000000, 50000000 + %s - 1, 50) n
        """,
        (count,),
    )
    env.cr.execute("ANALYZE res_partner")
    if "bti.channel" in env:
        env.company.sms_provider = "bti"
        kannel.make_channel(env, external_id="BTI", cost_per_part=2.5)
    mailing = env["mailing.mailing"].create(
        {
            "subject": "Bricks",
            "mailing_type": "sms",
            "mailing_model_id": env["ir.model"]._get_id("res.partner"),
            "mailing_domain": "[('phone_sanitized', '=like', '+2135%')]",
            "body_plaintext": "Bonjour {{ object.name }}, briques B8: https://example.com/b8",
            "sms_allow_unsubscribe": True,
            "keep_archives": False,
        }
    )
    return {"mailing": mailing.id, "count": count}


def run(env, data):
    """What is measured: what the scheduled action does, a commit being replaced by a flush."""
    mailing = env["mailing.mailing"].browse(data["mailing"])
    expected = data["count"] - data["count"] // 50
    if "bti.channel" not in env:
        mailing.action_send_sms()
        sent = env["sms.sms"].search_count([("mailing_id", "=", mailing.id)])
        assert sent == expected, sent
        return

    def commit(*_args, **_kwargs):
        env.flush_all()
        env.invalidate_all()
        return float("inf")

    mailing.action_put_in_queue()
    with patch.object(type(env["ir.cron"]), "_commit_progress", commit):
        mailing._run_safely()
    run = mailing.run_ids
    assert run.done, mailing.sms_pause_detail
    assert (run.prepared, run.queued) == (data["count"], expected)
