"""Counting after a storm: what Odoo says of each message against what the SMS centre received."""

import json
import re
import time
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass

from journey import wait_for

CHUNK = 100  # SMS written by one call
SHORT = "Livraison {serial:05}: le camion part a 14 h."
LONG = "توصيل {serial:05}: " + "الشاحنة تصل غدا صباحا إلى ورشتكم. " * 3
# smsbox writes one such line for each request of ours that it accepts
REQUESTS = re.compile(r"sendsms sender:<[^>]*> \([^)]*\) to:<\+?(\d+)>")


def insist(call):
    """Result of a call that may be repeated: a flood of reports may get its connection reset."""
    for _try in range(30):
        try:
            return call()
        except OSError:
            time.sleep(0.3)
    return call()


@dataclass(frozen=True)
class Size:
    """How much happens: messages out and in, and how often each side is killed."""

    sends: int
    mos: int
    odoo_kills: int
    kannel_kills: int


SIZES = {"small": Size(120, 40, 3, 2), "full": Size(2000, 500, 20, 3)}


class Storm:
    """Writes SMS out and in, and counts afterwards."""

    def __init__(self, office, smsc, kannel, prefix):
        """:param str prefix: first six digits of the clients' numbers, which no other storm has"""
        self.office, self.smsc, self.kannel, self.prefix = office, smsc, kannel, prefix
        self.start = time.monotonic()
        self.numbers, self.texts = [], {}
        self.restarts = 0

    # --- out and in -------------------------------------------------------------------------------
    def send(self, count):
        """Queue SMS as any document does: Odoo's own SMS, in transactions of their own."""
        call = self.office.admin.call
        for begin in range(0, count, CHUNK):
            vals_list = [self._next_sms() for _ in range(min(CHUNK, count - begin))]
            mine = [("uuid", "in", [vals["uuid"] for vals in vals_list])]
            sms_ids = insist(
                lambda mine=mine, vals_list=vals_list: (
                    call("sms.sms", "search", mine) or call("sms.sms", "create", vals_list)
                )
            )
            insist(lambda sms_ids=sms_ids: call("sms.sms", "send", sms_ids))

    def _next_sms(self):
        serial = len(self.numbers)
        number = f"{self.prefix}{serial:05}1"
        self.numbers.append(number)
        body = (LONG if serial % 10 == 9 else SHORT).format(serial=serial)
        return {"number": f"+{number}", "body": body, "uuid": uuid.uuid4().hex}

    def write(self, count):
        """Clients write: forty people, in turn, every fourth text in parts and Arabic."""
        for _ in range(count):
            serial = len(self.texts)
            text = (LONG if serial % 4 == 3 else "Question {serial:05} ?").format(serial=serial)
            self.texts[text.strip()] = f"{self.prefix}9{serial % 40:05}"
            self.smsc.write(self.texts[text.strip()], text.strip())

    def wait_for_submits(self, count, seconds=20):
        """Wait until the centre has so many messages, or as long as it is worth."""
        limit = time.monotonic() + seconds
        while self.reached() < count and time.monotonic() < limit:
            time.sleep(0.01)

    def reached(self):
        """Parts that the centre took."""
        return sum(submit.number.lstrip("+").startswith(self.prefix) for submit in self.parts())

    def parts(self):
        """What the centre took, of this storm and of others."""
        return list(self.smsc.submits)

    # --- counting ---------------------------------------------------------------------------------
    def states(self):
        """``{number: (state, tries)}`` of what we sent; more rows than numbers would be doubles."""
        rows = self.office.server.sql(
            "SELECT number, state, tries FROM bti_message WHERE direction = 'out'"
            f" AND number LIKE '+{self.prefix}%'"
        )
        assert len(rows) == len({row[0] for row in rows}), "one message per SMS"
        return {number.lstrip("+"): (state, int(tries)) for number, state, tries in rows}

    def count(self, state):
        """How many of our messages are in a state."""
        return sum(found == state for found, _tries in self.states().values())

    def received(self):
        """How often each text was received."""
        rows = self.office.server.sql(
            "SELECT replace(body, E'\\n', ' ') FROM bti_message WHERE direction = 'in'"
            f" AND number LIKE '+{self.prefix}%'"
        )
        return Counter(row[0] for row in rows)

    def submits(self):
        """``{number: how often each of its parts came}``; a number is one message here."""
        found = defaultdict(Counter)
        for submit in self.parts():
            number = submit.number.lstrip("+")
            if not number.startswith(self.prefix):
                continue
            found[number].update({part: 0 for part in range(1, submit.parts + 1)})
            found[number][submit.part] += 1
        return found

    def accepted(self):
        """How often Kannel accepted each number from Odoo, by its own log."""
        text = (self.kannel.folder / "smsbox.log").read_text(errors="replace")
        return Counter(
            number for number in REQUESTS.findall(text) if number.startswith(self.prefix)
        )

    def is_calm(self):
        """Whether nothing is left to do: queues and inbox empty, everything confirmed."""
        self.office.server.wake_jobs()
        ((busy,),) = self.office.server.sql(
            "SELECT (SELECT count(*) FROM bti_message WHERE state IN ('outgoing', 'sending'))"
            " + (SELECT count(*) FROM bti_inbox WHERE state = 'new')"
            " + (SELECT count(*) FROM bti_event WHERE state = 'new')"
        )
        return busy == "0" and not self.smsc.waiting

    def wait_until_calm(self, also=lambda: True, seconds=240):
        """Wait until everything is settled and stays so for some seconds."""
        calm_since = None

        def calm():
            nonlocal calm_since
            if not (self.is_calm() and also()):
                calm_since = None
                return False
            calm_since = calm_since or time.monotonic()
            return time.monotonic() - calm_since > 3

        wait_for(calm, "everything to be settled", seconds)

    def figures(self):
        """What happened, for people."""
        states = Counter(state for state, _tries in self.states().values())
        submits, all_states = self.submits(), self.states()
        received = self.received()
        once = [number for number, parts in submits.items() if set(parts.values()) == {1}]
        unknown = {number for number, (state, _tries) in all_states.items() if state == "unknown"}
        accepted = self.accepted()
        return {
            "sends": len(self.numbers),
            "restarts": self.restarts,
            "seconds": round(time.monotonic() - self.start),
            "states": dict(states),
            "at the centre exactly once": len(once),
            "at the centre more than once": len(submits) - len(once),
            "unknown, not at the centre": len(unknown - set(submits)),
            "unknown, at the centre": len(unknown & set(submits)),
            "asked of Kannel more than once": sum(count > 1 for count in accepted.values()),
            "accepted by Kannel, not at the centre": len(set(accepted) - set(submits)),
            "written to us": len(self.texts),
            "received exactly once": sum(received[text] == 1 for text in self.texts),
            "received more than once": sum(received[text] > 1 for text in self.texts),
            "received otherwise": sum(count for text, count in received.items()
                                      if text not in self.texts),
        }  # fmt: skip

    def report(self, name, folder):
        """Print the figures and keep them; returns them."""
        figures = self.figures()
        text = json.dumps(figures, indent=2)
        print(f"\n{name}: {text}")
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
        return figures
