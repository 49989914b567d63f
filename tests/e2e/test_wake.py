"""A channel is woken while its job answers an earlier call: nothing waits, nothing is forgotten."""

import itertools
import textwrap

import pytest

# "hold" keeps the server's own scheduler away
SET_UP = """
[channel_id] = env["bti.channel"].create({"name": "Woken", "provider": "log"}).ids
cron_id = env["bti.channel"].browse(channel_id).ir_cron_id.id
trigger = [("cron_id", "=", cron_id)]
env.cr.commit()
hold = env.registry.cursor()
hold.execute("SELECT id FROM ir_cron WHERE id = %s FOR NO KEY UPDATE", [cron_id])
env["bti.channel"].browse(channel_id)._wake()
env.cr.commit()
"""
CLEAN_UP = """
env.cr.rollback()
print("called", env["ir.cron.trigger"].search_count(trigger))
hold.close()
"""

CALL_ANSWERED = """
with env.registry.cursor() as one, env.registry.cursor() as two:
    user, job = env(cr=one), env(cr=two)
    print("waiting", user["ir.cron.trigger"].search_count(trigger))
    # the job answers the call that the user still sees
    job["ir.cron.trigger"].search(trigger).unlink()
    two.commit()
    user["bti.channel"].browse(channel_id)._wake(brief=BRIEF)
    one.commit()
"""

# a job deletes the calls that it answers, as ir.cron._clear_schedule does
CALL_PENDING = """
import psycopg2
with env.registry.cursor() as one, env.registry.cursor() as two:
    env(cr=one)["bti.channel"].browse(channel_id)._wake(brief=BRIEF)
    two.execute("SET LOCAL lock_timeout = '500ms'")
    try:
        delete = "DELETE FROM ir_cron_trigger WHERE cron_id = %s"
        two.execute(delete, [cron_id], log_exceptions=False)
        print("answered", two.rowcount)
        two.commit()
    except psycopg2.errors.LockNotAvailable:
        print("job waits", 0)
        two.rollback()
    one.commit()
"""

CALLED_OFTEN = """
with env.registry.cursor() as one:
    for _again in range(5):
        env(cr=one)["bti.channel"].browse(channel_id)._wake(brief=BRIEF)
    one.commit()
"""


@pytest.fixture(scope="module")
def said(server):
    """``said(case, brief)``: what two transactions say, as words; one shell for all cases."""
    cases = list(itertools.product((CALL_ANSWERED, CALL_PENDING, CALLED_OFTEN), (False, True)))
    code = "print('@')\n".join(
        textwrap.dedent(SET_UP + case + CLEAN_UP).replace("BRIEF", str(brief))
        for case, brief in cases
    )
    answers = [answer.split() for answer in server.shell(code).split("@")]
    known = dict(zip(cases, answers, strict=True))
    return lambda case, brief: known[case, brief]


def test_whoever_wakes_a_channel_is_not_disturbed_by_its_job(said):
    for brief in (False, True):
        assert said(CALL_ANSWERED, brief) == ["waiting", "1", "called", "1"], brief


def test_job_does_not_wait_for_the_transaction_of_a_person(said):
    """It answers the earlier call at once; the person's own call follows with his rows."""
    assert said(CALL_PENDING, brief=False) == ["answered", "1", "called", "1"]


def test_job_waits_for_a_webhook_whose_row_it_must_see(said):
    """The webhook makes no call of its own: it holds the earlier one until its row is there."""
    assert said(CALL_PENDING, brief=True) == ["job", "waits", "0", "called", "1"]


def test_one_transaction_calls_once_and_a_webhook_not_again(said):
    for brief, calls in ((False, "2"), (True, "1")):
        assert said(CALLED_OFTEN, brief) == ["called", calls], brief
