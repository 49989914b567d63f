"""Both sides die again and again: no SMS is lost, none goes twice by our doing.

``BTI_CHAOS=full`` runs the storm of the acceptance: 2,000 messages out, 500 in, 20 power cuts of
Odoo; 2,000 out and 3 of Kannel.
"""

import os
import random

import pytest
from chaos import SIZES, Storm, insist
from journey import Office
from kannel.box import Kannel
from kannel.smsc import Smsc

from tests.conftest import fact, free_port

SIZE = SIZES[os.environ.get("BTI_CHAOS") or "small"]
# As in docs/sms.md: the reports that Kannel waits for survive its end.
DATABASE_STORAGE = """\
dlr-storage = pgsql

group = pgsql-connection
id = dlr-base
host = "{host}"
port = {port}
username = "{user}"
password = "{password}"
database = "{database}"
max-connections = 2

group = dlr-db
id = dlr-base
table = kannel_dlr
field-smsc = smsc
field-timestamp = ts
field-source = source
field-destination = destination
field-service = service
field-url = url
field-mask = mask
field-status = status
field-boxc-id = boxc
"""
TABLE = (
    # Kannel deletes by a column oid
    "CREATE TABLE kannel_dlr (oid bigserial PRIMARY KEY, smsc text, ts text, source text,"
    " destination text, service text, url text, mask integer, status integer, boxc text)"
)


@pytest.fixture(scope="module")
def site(make_server, tmp_path_factory):
    """An office of its own with its Kannel and its SMS centre."""
    server = make_server("chaos").start()
    server.sql(TABLE)
    folder = tmp_path_factory.mktemp("chaos")
    centre = Smsc(folder / "submits.jsonl")
    storage = DATABASE_STORAGE.format(
        host=os.environ["PGHOST"], port=os.environ["PGPORT"], user=os.environ["PGUSER"],
        password=os.environ.get("PGPASSWORD") or "none", database=server.db,
    )  # fmt: skip
    programs = {"bearerbox": fact("BTI_BEARERBOX"), "smsbox": fact("BTI_SMSBOX")}
    kannel = Kannel(folder, centre, programs, free_port, storage, throughput=500).start()
    yield Office(server, kannel), centre, kannel
    kannel.kill()
    centre.close()


def shares(total, count):
    """``total`` dealt over ``count`` turns."""
    return [total // count + (turn < total % count) for turn in range(count)]


def test_odoo_dies_again_and_again(site, artefacts):
    storm = Storm(*site, prefix="213551")
    dice = random.Random(7)
    server, kills = storm.office.server, SIZE.odoo_kills
    for sends, mos in zip(shares(SIZE.sends, kills), shares(SIZE.mos, kills), strict=True):
        before = storm.reached()
        storm.write(mos // 2)
        storm.send(sends)
        storm.wait_for_submits(before + sends * dice.uniform(0.05, 0.95))
        server.kill()
        storm.write(mos - mos // 2)  # clients do not know
        server.start()
        storm.restarts += 1
    storm.wait_until_calm(
        lambda: (
            sum(storm.received().values()) >= SIZE.mos and not storm.count("sent")  # reported
        )
    )
    figures = storm.report("odoo_dies", artefacts)

    states, submits = storm.states(), storm.submits()
    assert set(states) == set(storm.numbers)
    assert {state for state, _tries in states.values()} <= {"delivered", "unknown"}
    for number, (state, _tries) in states.items():
        # what reached the centre is known by its report, what did not is said to be unknown
        assert set(submits[number].values()) == ({1} if state == "delivered" else set()), number
    assert not figures["asked of Kannel more than once"]
    assert figures["received exactly once"] == SIZE.mos
    assert not figures["received more than once"] and not figures["received otherwise"]


def kill_kannel(storm):
    """Send, and kill Kannel meanwhile, again and again."""
    dice, office = random.Random(7), storm.office
    for sends in shares(SIZE.sends, SIZE.kannel_kills):
        before = storm.reached()
        storm.send(sends)
        storm.wait_for_submits(before + sends * dice.uniform(0.1, 0.9))
        storm.kannel.kill()
        storm.kannel.start()
        storm.restarts += 1
        insist(lambda: office.admin.call("bti.channel", "action_try_again", [office.channel_id]))
    storm.wait_until_calm()


def test_kannel_dies_and_loses_nothing(site, artefacts):
    """With its store, as documented: what it had and could not confirm goes on afterwards."""
    storm = Storm(*site, prefix="213552")
    kill_kannel(storm)
    figures = storm.report("kannel_dies", artefacts)

    states, submits = storm.states(), storm.submits()
    assert set(states) == set(storm.numbers)
    assert {state for state, _tries in states.values()} <= {"sent", "delivered", "unknown"}
    lost = [
        number
        for number, (state, _tries) in states.items()
        if state != "unknown" and (not submits[number] or 0 in submits[number].values())
    ]
    assert not lost, "sent or delivered, and never at the centre"
    assert not figures["asked of Kannel more than once"], "we send nothing twice"
    # SMPP knows no repetitions: what was under way when it died, one message at a time
    assert figures["at the centre more than once"] <= SIZE.kannel_kills


def test_kannel_dies_and_repeats_nothing(site, artefacts):
    """Without its store: what it loses is found out, and said."""
    office, centre, kannel = site
    storm = Storm(*site, prefix="213553")
    kannel.forget_store()
    kill_kannel(storm)
    let_a_day_pass(office.server, storm.prefix)
    later = Storm(*site, prefix="213554")
    later.send(1)
    later.wait_until_calm(lambda: later.count("delivered") == 1)
    insist(
        lambda: office.admin.call(
            "ir.cron", "method_direct_trigger", [office.ref("bti_messaging.ir_cron_watch_channels")]
        )
    )
    figures = storm.report("kannel_dies_without_store", artefacts)

    states, submits = storm.states(), storm.submits()
    assert set(states) == set(storm.numbers)
    assert {state for state, _tries in states.values()} <= {"sent", "delivered", "unknown"}
    for number, (state, _tries) in states.items():
        parts = set(submits[number].values())
        assert parts == {1} or state == "unknown", (number, state, submits[number])
        assert parts <= {0, 1}, (number, submits[number])
    assert not figures["asked of Kannel more than once"]


def let_a_day_pass(server, prefix):
    """The time within which the operator confirms messages is over."""
    server.sql(
        "UPDATE bti_message SET date_sent = date_sent - interval '25 hours'"
        f" WHERE number LIKE '+{prefix}%' RETURNING id"
    )
