"""Rates: what the headers tell, and the refusal beyond 100 percent."""

import json
from collections import deque
from datetime import timedelta

from .errors import GraphError
from .state import Number, Page, Waba

# kind of node: (word in the header, code beyond 100 percent)
BUSINESS = {Page: ("messenger", 80006), Waba: ("whatsapp", 80007), Number: ("whatsapp", 80007)}
HOUR = timedelta(hours=1)
BURST = 45  # messages to one person that may borrow from the future
PAIR_SECONDS = 6


class Limits:
    """How much of its rates an app has used.

    :ivar int budget: calls in an hour that are 100 percent; 0: no end
    :ivar int app: percent told by hand, the higher of both counts
    :ivar dict business: {id of the Page or WABA: percent} told by hand
    :ivar int regain: minutes until it goes on, as the header tells
    :ivar bool pace: whether WhatsApp's pace per person is kept to
    """

    def __init__(self, clock):
        self.clock = clock
        self.budget = 0
        self.app = 0
        self.business = {}
        self.regain = 0
        self.pace = True
        self._calls = deque()

    @property
    def percent(self):
        """What is used of the app's rate."""
        while self._calls and self.clock.now - self._calls[0] > HOUR:
            self._calls.popleft()
        used = 100 * len(self._calls) // self.budget if self.budget else 0
        return max(used, self.app)

    def count(self):
        """A call is made.

        :raises GraphError: too many
        """
        if self.percent >= 100:
            raise GraphError(4)
        self._calls.append(self.clock.now)

    def count_business(self, node):
        """A call is about this node.

        :raises GraphError: too many for the Page or WABA
        """
        _word, code = BUSINESS.get(type(node), ("", 0))
        if code and self.business.get(_account(node), 0) >= 100:
            raise GraphError(code)

    def headers(self, node):
        """:return: the headers of an answer about this node"""
        percent = self.percent
        result = {"X-App-Usage": json.dumps(_usage(percent))}
        word, _code = BUSINESS.get(type(node), ("", 0))
        if word:
            used = {
                "type": word,
                **_usage(self.business.get(_account(node), 0)),
                "estimated_time_to_regain_access": self.regain,
            }
            result["X-Business-Use-Case-Usage"] = json.dumps({_account(node): [used]})
        return result

    def count_pair(self, number, person):
        """A WhatsApp message to this person: one in 6 s, bursts of 45.

        :raises GraphError: too fast
        """
        if not self.pace:
            return
        now = self.clock.now
        free_at = max(number.paces.get(person, now), now)
        if free_at - now >= timedelta(seconds=PAIR_SECONDS * BURST):
            raise GraphError(131056)
        number.paces[person] = free_at + timedelta(seconds=PAIR_SECONDS)


def _account(node):
    return node.waba.id if isinstance(node, Number) else node.id


def _usage(percent):
    return {"call_count": percent, "total_cputime": percent // 2, "total_time": percent // 2}
