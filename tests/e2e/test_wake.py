"""A channel is woken while its job answers an earlier call."""

# "hold" keeps the server's own scheduler away

CALL_ANSWERED = """
[channel_id] = env["bti.channel"].create({"name": "Woken", "provider": "log"}).ids
cron_id = env["bti.channel"].browse(channel_id).ir_cron_id.id
trigger = [("cron_id", "=", cron_id)]
env.cr.commit()
hold = env.registry.cursor()
hold.execute("SELECT id FROM ir_cron WHERE id = %s FOR NO KEY UPDATE", [cron_id])
env["bti.channel"].browse(channel_id)._wake()
env.cr.commit()

with env.registry.cursor() as one, env.registry.cursor() as two:
    user, job = env(cr=one), env(cr=two)
    print("waiting", user["ir.cron.trigger"].search_count(trigger))
    # the job answers the call that the user still sees
    job["ir.cron.trigger"].search(trigger).unlink()
    two.commit()
    user["bti.channel"].browse(channel_id)._wake()
    one.commit()
env.cr.rollback()
print("called", env["ir.cron.trigger"].search_count(trigger))
hold.close()
"""


def test_whoever_wakes_a_channel_is_not_disturbed_by_its_job(server):
    said = server.shell(CALL_ANSWERED).split()
    assert said == ["waiting", "1", "called", "1"], said
