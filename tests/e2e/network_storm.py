"""Counting after a storm on Messenger: what Odoo says of each message against what the network
took, and what people wrote against what was received."""

import itertools
import json
import random
import time
from collections import Counter
from dataclasses import dataclass

from chaos import insist
from journey import wait_for

NETWORK = "messenger"
PEOPLE = 10


@dataclass(frozen=True)
class Size:
    """How much happens: messages out and in, and how often each side is killed."""

    sends: int
    writes: int
    odoo_kills: int
    outages: int


SIZES = {"small": Size(60, 20, 2, 2), "full": Size(500, 200, 10, 5)}


class NetworkStorm:
    """An agent answers, people write, and both are counted afterwards."""

    def __init__(self, office, prefix):
        """:param str prefix: word at the beginning of all texts, which no other storm has"""
        self.office, self.prefix = office, prefix
        self.graph, self.channel_id = office.graph, office.channel_ids[NETWORK]
        self.dice = random.Random(7)
        self.begun = time.monotonic()
        self.answers, self.texts = [], []
        self.restarts = 0
        self._serials = itertools.count(1)
        self.people = [office.make_person(NETWORK) for _ in range(PEOPLE)]
        self.write(PEOPLE)
        self.conversation_ids = [office.wait_for_conversation(text) for text in self.texts]

    # --- out and in -------------------------------------------------------------------------------
    def queue(self, count):
        """The agent answers everybody in turn while the channel is paused."""
        self._call("action_pause")
        for _ in range(count):
            serial = next(self._serials)
            text = f"{self.prefix} answer {serial:05}"
            conversation_id = self.conversation_ids[serial % PEOPLE]
            # the answer may be written though its call was cut off
            insist(
                lambda conversation_id=conversation_id, text=text: (
                    self.office.sent(text) or self.office.answer(conversation_id, text)
                )
            )
            self.answers.append(text)

    def release(self, count, least=0.05, most=0.95):
        """Let the channel work until some of the last ``count`` answers have gone."""
        wanted = self.reached() + count * self.dice.uniform(least, most)
        self._call("action_activate")
        limit = time.monotonic() + 20
        while self.reached() < wanted and time.monotonic() < limit:
            time.sleep(0.01)

    def try_again(self):
        """The administrator does not wait for the next try, nor does the network."""
        self._call("action_try_again")
        self.graph.mailbox.hurry()

    def write(self, count):
        """People write, in turn."""
        for _ in range(count):
            self.texts.append(f"{self.prefix} question {len(self.texts):05}")
            self.people[len(self.texts) % PEOPLE].say(self.texts[-1])

    def _call(self, method):
        insist(lambda: self.office.admin.call("bti.channel", method, [self.channel_id]))

    # --- counting ---------------------------------------------------------------------------------
    def taken(self):
        """How often the network took each text."""
        texts = [str((message.get("message") or {}).get("text")) for message in self.graph.sent]
        return Counter(text for text in texts if text.startswith(self.prefix))

    def reached(self):
        """Messages that the network took."""
        return sum(self.taken().values())

    def _bodies(self, direction):
        return self.office.server.sql(
            f"SELECT body, state FROM bti_message WHERE direction = '{direction}'"
            f" AND body LIKE '{self.prefix} %'"
        )

    def states(self):
        """``{text: state}`` of what we sent; more rows than texts would be doubles."""
        rows = self._bodies("out")
        assert len(rows) == len({row[0] for row in rows}), "one message per answer"
        return dict(rows)

    def has_work(self):
        """Whether answers are still to be sent."""
        return any(state in ("outgoing", "sending") for _body, state in self._bodies("out"))

    def received(self):
        """How often each text was received."""
        return Counter(row[0] for row in self._bodies("in"))

    def wait_until_calm(self, seconds=240):
        """Wait until everything is settled and stays so for some seconds."""
        calm_since = None

        def calm():
            nonlocal calm_since
            if not self._is_calm():
                calm_since = None
                return False
            calm_since = calm_since or time.monotonic()
            return time.monotonic() - calm_since > 3

        wait_for(calm, "everything to be settled", seconds)

    def _is_calm(self):
        self.office.server.wake_jobs()
        if self.graph.mailbox.queue:
            self.graph.mailbox.hurry()
            return False
        ((busy,),) = self.office.server.sql(
            "SELECT (SELECT count(*) FROM bti_message WHERE state IN ('outgoing', 'sending'))"
            " + (SELECT count(*) FROM bti_inbox WHERE state = 'new')"
            " + (SELECT count(*) FROM bti_event WHERE state = 'new')"
        )
        return busy == "0"

    def check(self):
        """Nothing lost, nothing doubled, and what cannot be known is said to be unknown."""
        states, taken, received = self.states(), self.taken(), self.received()
        assert set(states) == set(self.answers)
        assert set(states.values()) <= {"sent", "delivered", "unknown"}
        for text, state in states.items():
            # what the network took is known by its echo, what it did not take is not
            assert taken[text] == (0 if state == "unknown" else 1), (text, state, taken[text])
        assert received == Counter(self.texts)

    def report(self, name, folder):
        """Print the figures and keep them."""
        taken, states = self.taken(), self.states()
        figures = {
            "answers": len(self.answers),
            "restarts": self.restarts,
            "seconds": round(time.monotonic() - self.begun),
            "states": dict(Counter(states.values())),
            "taken exactly once": sum(count == 1 for count in taken.values()),
            "taken more than once": sum(count > 1 for count in taken.values()),
            "unknown, taken": sum(states[text] == "unknown" for text in taken if text in states),
            "written to us": len(self.texts),
            "received exactly once": sum(count == 1 for count in self.received().values()),
        }
        text = json.dumps(figures, indent=2)
        print(f"\n{name}: {text}")
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
