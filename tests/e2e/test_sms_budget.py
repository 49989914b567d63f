"""Two channels of one company release messages from the same budget in the same moment."""

TWO_JOBS = """
from psycopg2.errors import SerializationFailure

company = env["res.company"].create({"name": "Budget at the same time"})
# paused: the server's own jobs leave them alone
a, b = env["bti.channel"].create([
    {"name": name, "provider": "log", "state": "paused", "company_id": company.id,
     "cost_per_part": 10.0}
    for name in "AB"
])
env["bti.budget"].create({
    "name": "Both", "company_id": company.id, "amount": 50.0, "on_used_up": "stop_all",
})
for channel in (a, b):
    env["bti.message"].create([
        {"channel_id": channel.id, "number": f"+2136612345{number:02}", "body": "Bonjour"}
        for number in range(4)
    ])
env.cr.commit()

def released():
    env.cr.rollback()
    return sum(env["bti.message"].search([
        ("company_id", "=", company.id), ("budget_held", "=", False),
    ]).mapped("cost"))

with env.registry.cursor() as one, env.registry.cursor() as two:
    first, second = env(cr=one), env(cr=two)
    # its figures are those of now, when nothing is spent
    second["bti.budget"].search_count([])
    first["bti.budget"]._release_serialised(first["bti.channel"].browse(a.id))
    # still open: the other one waits for another day
    second["bti.budget"]._release_serialised(second["bti.channel"].browse(b.id))
    two.commit()
    print("locked", released())
    second["bti.budget"].search_count([])
    one.commit()
    try:
        second["bti.budget"]._release_serialised(second["bti.channel"].browse(b.id))
        two.commit()
        print("no conflict", released())
    except SerializationFailure:
        two.rollback()
        print("conflict", released())
        second.invalidate_all()
        second["bti.budget"]._release_serialised(second["bti.channel"].browse(b.id))
        two.commit()
    print("at the end", released())
"""


def test_two_jobs_never_spend_more_than_the_budget(server):
    said = [line.split() for line in server.shell(TWO_JOBS).splitlines() if line.strip()]
    assert said == [["locked", "0"], ["conflict", "40.0"], ["at", "the", "end", "50.0"]], said
