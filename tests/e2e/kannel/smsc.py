"""A small SMPP 3.4 centre: takes messages from Kannel, answers, sends delivery receipts and what
clients write.

Numbers ending in 9 come back undelivered, numbers ending in 000000 are refused at submit. What it
hands over stays here until Kannel has said that it took it: Kannel may be stopped meanwhile.
"""

import json
import socket
import struct
import threading
import time
from collections import defaultdict
from dataclasses import asdict, dataclass

HEADER = struct.Struct(">IIII")
RESPONSE = 0x80000000
BIND_RECEIVER, BIND_TRANSMITTER, SUBMIT_SM, DELIVER_SM = 1, 2, 4, 5
UNBIND, BIND_TRANSCEIVER, ENQUIRE_LINK, GENERIC_NACK = 6, 9, 0x15, RESPONSE
OK, INVALID_COMMAND, INVALID_DESTINATION = 0, 3, 0x0B
HAS_HEADER = 0x40  # esm_class: the text begins with a user data header
RECEIPT = 0x04
UCS2 = 8

# GSM 7-bit default alphabet (3GPP TS 23.038), one character per byte on the SMPP link
GSM_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]",
    0x40: "|", 0x65: "€",
}  # fmt: skip
GSM_BYTES = {character: bytes([code]) for code, character in enumerate(GSM_BASIC)} | {
    character: bytes([0x1B, code]) for code, character in GSM_EXTENSION.items()
}
PART_BYTES = {0: 153, UCS2: 134}  # of a long message, beside its header


@dataclass
class Submit:
    """One submit_sm as it came: one part of a message."""

    number: str
    sender: str
    text: str
    coding: int
    registered: int
    reference: int | None  # of a long message, with the number of this part and their count
    part: int
    parts: int
    message_id: str
    time: float


@dataclass
class Sms:
    """One message, its parts put together."""

    number: str
    sender: str
    text: str
    coding: int
    parts: int


def decode_gsm(raw):
    """Text of unpacked GSM 7-bit characters."""
    text, escaped = "", False
    for byte in raw:
        if byte == 0x1B and not escaped:
            escaped = True
            continue
        text += GSM_EXTENSION.get(byte, "?") if escaped else GSM_BASIC[byte]
        escaped = False
    return text


def encode(text):
    """``(coding, bytes)``: the plain alphabet when it has all characters, else UCS-2."""
    if all(character in GSM_BYTES for character in text):
        return 0, b"".join(GSM_BYTES[character] for character in text)
    return UCS2, text.encode("utf-16-be")


def address(number):
    """A number with its kind: 1 international, 0 anything else; Kannel refuses a short one as 1."""
    digits = number.lstrip("+")
    kind = 1 if digits.isdigit() and len(digits) > 6 else 0
    return bytes([kind, 1]) + digits.encode() + b"\0"


def c_string(body, start):
    """``(text, position after its zero byte)``."""
    end = body.index(0, start)
    return body[start:end].decode("latin-1"), end + 1


def parse_submit(body):
    """What a submit_sm says; ``message_id`` is still empty."""
    _service, at = c_string(body, 0)
    sender, at = c_string(body, at + 2)
    number, at = c_string(body, at + 2)
    esm_class = body[at]
    _schedule, at = c_string(body, at + 3)
    _validity, at = c_string(body, at)
    registered, _replace, coding, _default, length = body[at : at + 5]
    raw = body[at + 5 : at + 5 + length]
    reference, part, parts = None, 1, 1
    if esm_class & HAS_HEADER:
        header, raw = raw[1 : raw[0] + 1], raw[raw[0] + 1 :]
        if header[0] == 0:  # concatenation, 8-bit reference
            reference, parts, part = header[2], header[3], header[4]
    text = raw.decode("utf-16-be") if coding == UCS2 else decode_gsm(raw)
    return Submit(number, sender, text, coding, registered, reference, part, parts, "", time.time())


class Smsc:
    """The centre: one thread per connection, so that Kannel may stop and come back.

    ``hold()`` keeps delivery receipts back, ``release()`` sends them; ``delay`` is the time in
    seconds between a message and its receipt. ``write()`` hands over what a client wrote.
    """

    def __init__(self, record):
        """:param Path record: file that gets one JSON line per submit_sm"""
        self.record = record
        self.delay = 0.1
        self.submits = []
        self._count = 0
        self._sequence = self._reference = 0
        self._holding = False
        self._held = []
        self._waiting = {}  # sequence number: body of a deliver_sm that Kannel has not confirmed
        self._connections = []
        self._lock = threading.RLock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    # --- what tests ask ---------------------------------------------------------------------------
    @property
    def bound(self):
        """Whether Kannel is connected."""
        with self._lock:
            return bool(self._connections)

    def messages(self, number=None):
        """Messages that came in completely, in order; ``number`` without its plus sign."""
        with self._lock:
            submits = list(self.submits)
        pending, result = defaultdict(dict), []
        for submit in submits:
            if number and submit.number.lstrip("+") != number.lstrip("+"):
                continue
            key = (submit.number, submit.reference)
            pending[key][submit.part] = submit
            if len(pending[key]) == submit.parts:
                parts = [part for _number, part in sorted(pending.pop(key).items())]
                text = "".join(part.text for part in parts)
                result.append(Sms(submit.number, submit.sender, text, submit.coding, submit.parts))
        return result

    @property
    def waiting(self):
        """How many receipts and inbound parts Kannel has not confirmed."""
        with self._lock:
            return len(self._waiting)

    def write(self, sender, text, recipient="3000", order=None):
        """A client writes to us; a long text goes in parts.

        :param order: numbers of the parts as they go out, e.g. ``(3, 1, 2)``; in order by default
        :return: the number of parts
        """
        coding, raw = encode(text)
        if len(raw) <= (140 if coding else 160):
            self._deliver(sender, recipient, raw, coding)
            return 1
        size = PART_BYTES[coding]
        parts = [raw[start : start + size] for start in range(0, len(raw), size)]
        with self._lock:
            self._reference = self._reference % 255 + 1
            reference = self._reference
        for number in order or range(1, len(parts) + 1):
            header = bytes([5, 0, 3, reference, len(parts), number])
            self._deliver(sender, recipient, header + parts[number - 1], coding, HAS_HEADER)
        return len(parts)

    def hold(self):
        """Keep the receipts of what comes from now on."""
        with self._lock:
            self._holding = True

    def release(self):
        """Send the receipts that were kept back."""
        with self._lock:
            self._holding = False
            held, self._held = self._held, []
        for submit in held:
            self._send_receipt(submit)

    def close(self):
        """Hang up and stop listening."""
        self._listener.close()
        with self._lock:
            for connection in self._connections:
                connection.close()

    # --- protocol ---------------------------------------------------------------------------------
    def _accept(self):
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            with connection, connection.makefile("rb") as stream:
                while header := stream.read(HEADER.size):
                    length, command, status, sequence = HEADER.unpack(header)
                    body = stream.read(length - HEADER.size)
                    if not self._handle(connection, command, status, sequence, body):
                        return
        except (OSError, struct.error):
            pass  # Kannel was stopped
        finally:
            with self._lock:
                if connection in self._connections:
                    self._connections.remove(connection)

    def _handle(self, connection, command, status, sequence, body):
        """Answer one request; returns whether the connection goes on."""
        if command in (BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER):
            self._answer(connection, command, sequence, b"SMSC\0")
            with self._lock:
                self._connections.append(connection)
                for number, waiting in list(self._waiting.items()):
                    self._send(connection, DELIVER_SM, OK, number, waiting)
        elif command == DELIVER_SM | RESPONSE:
            self._confirm(sequence, status)
        elif command == ENQUIRE_LINK:
            self._answer(connection, command, sequence)
        elif command == SUBMIT_SM:
            self._take(connection, sequence, parse_submit(body))
        elif command == UNBIND:
            self._answer(connection, command, sequence)
            return False
        elif not command & RESPONSE:
            self._send(connection, GENERIC_NACK, INVALID_COMMAND, sequence)
        return True

    def _take(self, connection, sequence, submit):
        refused = submit.number.endswith("000000")
        with self._lock:
            if not refused:
                self._count += 1
                submit.message_id = f"{self._count:08X}"
            self.submits.append(submit)
            with open(self.record, "a", encoding="utf-8") as stream:
                stream.write(json.dumps(asdict(submit), ensure_ascii=False) + "\n")
            held = self._holding
            if held and not refused:
                self._held.append(submit)
        if refused:
            self._answer(connection, SUBMIT_SM, sequence, b"\0", INVALID_DESTINATION)
            return
        self._answer(connection, SUBMIT_SM, sequence, submit.message_id.encode() + b"\0")
        if submit.registered and not held:
            timer = threading.Timer(self.delay, self._send_receipt, (submit,))
            timer.daemon = True
            timer.start()

    def _send_receipt(self, submit):
        undelivered = submit.number.endswith("9")
        state, error = ("UNDELIV", "001") if undelivered else ("DELIVRD", "000")
        now = time.strftime("%y%m%d%H%M")
        text = (
            f"id:{submit.message_id} sub:001 dlvrd:{'000' if undelivered else '001'} "
            f"submit date:{now} done date:{now} stat:{state} err:{error} text:"
        ).encode()
        self._deliver(submit.number, submit.sender, text, esm_class=RECEIPT)

    def _deliver(self, sender, recipient, raw, coding=0, esm_class=0):
        """Hand something over, now or when Kannel is back."""
        body = (
            b"\0" + address(sender) + address(recipient)
            + bytes([esm_class, 0, 0]) + b"\0\0" + bytes([0, 0, coding, 0, len(raw)]) + raw
        )  # fmt: skip
        with self._lock:
            self._sequence += 1
            self._waiting[self._sequence] = body
            if self._connections:
                self._send(self._connections[-1], DELIVER_SM, OK, self._sequence, body)

    def _confirm(self, sequence, status):
        """Kannel took it, or asks to be given it again later."""
        with self._lock:
            if status == OK:
                self._waiting.pop(sequence, None)
                return
        timer = threading.Timer(1, self._deliver_again, (sequence,))
        timer.daemon = True
        timer.start()

    def _deliver_again(self, sequence):
        with self._lock:
            body = self._waiting.get(sequence)
            if body and self._connections:
                self._send(self._connections[-1], DELIVER_SM, OK, sequence, body)

    def _answer(self, connection, command, sequence, body=b"", status=OK):
        self._send(connection, command | RESPONSE, status, sequence, body)

    def _send(self, connection, command, status, sequence, body=b""):
        packet = HEADER.pack(HEADER.size + len(body), command, status, sequence) + body
        with self._lock:
            try:
                connection.sendall(packet)
            except OSError:
                pass  # Kannel was stopped meanwhile
