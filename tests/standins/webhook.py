"""What a network tells to the office: a queue, delivered by an explicit call or by a thread."""

import random
import threading
from dataclasses import dataclass, field
from datetime import datetime

import requests

TIMEOUT = 30  # seconds
LOOK_SECONDS = 0.5


@dataclass
class Notice:
    """One fact on its way.

    :param str url: the address that the office gave
    :param str topic: what it is about, in the network's words
    :param str owner: the account that it belongs to
    :param dict item: the fact
    :param datetime due: not to be delivered before
    """

    url: str
    topic: str
    owner: str
    item: dict
    at: datetime
    due: datetime = None
    attempts: int = 0

    def __post_init__(self):
        self.due = self.due or self.at


@dataclass(frozen=True)
class Delivery:
    """One request to the office, and what it said (status 0: it did not answer)."""

    url: str
    body: bytes
    headers: dict
    status: int
    text: str = ""
    notices: list = field(default_factory=list, repr=False)


class Mailbox:
    """The queue of one network. What differs between networks are the hooks at the end.

    :ivar list queue: not yet taken by the office, oldest first
    :ivar list delivered: all requests that were made
    :ivar list dropped: given up for good
    """

    def __init__(self, standin):
        """:param StandIn standin: whose clock and lock are used"""
        self.standin = standin
        self.queue = []
        self.delivered = []
        self.dropped = []
        self._outage = None
        self._wake = threading.Event()
        self._ending = threading.Event()
        self._thread = None
        self._client = requests.Session()
        self._client.trust_env = False  # nothing of ours goes through a proxy

    # --- filling ----------------------------------------------------------------------------------
    def add(self, url, topic, owner, item, at=None):
        """Something happened. Without an address nobody is told."""
        if not url or self._outage == "drop":
            return
        with self.standin.lock:
            self.queue.append(Notice(url, topic, owner, item, at or self.standin.now))
        self._wake.set()

    def outage(self, keep=True):
        """From now on nothing is delivered; what happens is kept, or lost for good."""
        self._outage = "keep" if keep else "drop"

    def recover(self):
        """The outage is over."""
        self._outage = None
        self._wake.set()

    def hurry(self):
        """Whatever the office did not take is due now, as if it had never been tried."""
        with self.standin.lock:
            for notice in self.queue:
                notice.due, notice.attempts = self.standin.now, 0
        self._wake.set()

    # --- emptying ---------------------------------------------------------------------------------
    def deliver(self, batch=1, times=1, order=None, limit=None, signature="good"):
        """Hand over what is due, once: what the office does not take stays for a later call.

        :param int batch: facts in one request at most, where the network joins them
        :param int times: how often each request is made (duplicates)
        :param order: None: as it happened; "reversed"; a number: shuffled by this seed
        :param int limit: facts at most
        :param str signature: "good", "wrong", "missing" or "sha1" (where there is one)
        :return: the requests that were made
        :rtype: list[Delivery]
        """
        with self.standin.lock:
            due = [] if self._outage else self._due(order)[:limit]
            for notice in due:
                self.queue.remove(notice)
        made = []
        for notices in self.pack(due, batch):
            deliveries = [self.post(notices, signature) for _time in range(times)]
            made += deliveries
            if all(delivery.status != 200 for delivery in deliveries):
                self._again(notices)
        return made

    def _due(self, order):
        due = [notice for notice in self.queue if notice.due <= self.standin.now]
        if order == "reversed":
            due.reverse()
        elif order is not None:
            random.Random(order).shuffle(due)
        return due

    def post(self, notices, signature="good"):
        """Make one request of facts for one address, without any queue."""
        body = self.build(notices)
        return self.post_raw(notices[0].url, body, self.sign(notices, body, signature), notices)

    def post_raw(self, url, body, headers, notices=()):
        """Make one request of these bytes.

        :rtype: Delivery
        """
        headers = {"Content-Type": "application/json", **headers}
        try:
            answer = self._client.post(
                url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
            status, text = answer.status_code, answer.text
        except requests.RequestException as error:
            status, text = 0, str(error)
        delivery = Delivery(url, body, headers, status, text, list(notices))
        self.delivered.append(delivery)
        return delivery

    def _again(self, notices):
        with self.standin.lock:
            for notice in notices:
                notice.attempts += 1
                notice.due = self.next_try(notice)
                (self.queue if notice.due else self.dropped).append(notice)
            self.queue.sort(key=lambda notice: notice.at)

    # --- by itself --------------------------------------------------------------------------------
    def start(self):
        """Deliver by a thread from now on."""
        if not self._thread:
            self._ending.clear()
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def stop(self):
        """End the thread, if there is one."""
        if self._thread:
            self._ending.set()
            self._wake.set()
            self._thread.join()
            self._thread = None

    def _run(self):
        while not self._ending.is_set():
            self._wake.wait(LOOK_SECONDS)
            self._wake.clear()
            if not self._ending.is_set():
                self.deliver()
                del self.delivered[:-1000]

    # --- what differs between networks ------------------------------------------------------------
    def pack(self, notices, batch):
        """:return: the facts of each request
        :rtype: list[list[Notice]]
        """
        return [[notice] for notice in notices]

    def build(self, notices):
        """:return: the exact bytes that tell these facts
        :rtype: bytes
        """
        raise NotImplementedError

    def sign(self, notices, body, signature):
        """:return: headers that prove, or fail to prove, who wrote these bytes
        :rtype: dict
        """
        raise NotImplementedError

    def next_try(self, notice):
        """:return: when to try again what the office did not take; None: never
        :rtype: datetime | None
        """
        raise NotImplementedError
