"""A real Kannel of our own: bearerbox and smsbox on free ports, in a folder of the test run."""

import os
import secrets
import signal
import string
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

START_SECONDS = 60
TEMPLATE = Path(__file__).with_name("kannel.conf.tpl")
# Forgets the reports that it waits for when it is stopped: those messages stay "sent".
INTERNAL_STORAGE = "dlr-storage = internal"
# Messages outlive a power cut, and the one that had no answer yet goes a second time.
STORE = 'store-type = file\nstore-location = "{folder}/kannel.store"'
# Before Odoo has told its address: inbound SMS are dropped.
NO_SERVICE = """\
group = sms-service
keyword = default
catch-all = true
text = ""
max-messages = 0
"""


class Kannel:
    """bearerbox and smsbox, connected to one SMS centre."""

    def __init__(
        self, folder, smsc, programs, free_port, dlr_storage=INTERNAL_STORAGE, throughput=100
    ):
        """
        :param Path folder: where configuration, logs and Kannel's store go
        :param Smsc smsc: the centre to connect to
        :param dict programs: paths of ``bearerbox`` and ``smsbox``
        :param free_port: function that finds a free port
        :param str dlr_storage: where Kannel keeps the reports that it waits for: the line of the
            core group, and the groups that it needs
        :param int throughput: messages that the operator allows a second
        """
        self.folder, self.smsc, self.programs = folder, smsc, programs
        self.user, self.password = "bti", secrets.token_urlsafe(12)
        self.admin_password = secrets.token_urlsafe(12)
        self.admin_port, self.smsbox_port, self.sendsms_port = (free_port() for _ in range(3))
        self.base_url = f"http://127.0.0.1:{self.sendsms_port}"
        self.processes = {}
        self.configuration = folder / "kannel.conf"
        self._dlr_storage, self._throughput = dlr_storage, throughput
        self._store = STORE.format(folder=folder)
        self.write_configuration(NO_SERVICE)

    def write_configuration(self, sms_service):
        """:param str sms_service: group that says where inbound SMS go, known after a start"""
        self._sms_service = sms_service
        self.configuration.write_text(
            string.Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
                folder=self.folder, smsc_port=self.smsc.port, user=self.user,
                password=self.password, admin_port=self.admin_port,
                admin_password=self.admin_password, smsbox_port=self.smsbox_port,
                sendsms_port=self.sendsms_port, dlr_storage=self._dlr_storage,
                throughput=self._throughput, store=self._store,
                sms_service=sms_service,
            ),
            encoding="utf-8",
        )  # fmt: skip
        self.configuration.chmod(0o600)

    def start(self):
        """Start both boxes and wait until messages can go."""
        self._spawn("bearerbox")
        self._wait(lambda: self.smsc.bound and self.status() is not None)
        self._spawn("smsbox")
        self._wait(lambda: self._answers(self.base_url) and "smsbox" in (self.status() or ""))
        return self

    def stop(self):
        """Stop both boxes, as the service would be stopped."""
        for name in ("smsbox", "bearerbox"):
            process = self.processes.pop(name, None)
            if process is None:
                continue
            for number in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(process.pid, number)
                    process.wait(10)
                    break
                except ProcessLookupError:
                    break
                except subprocess.TimeoutExpired:
                    continue

    def forget_store(self):
        """Keep messages in memory only: what waits is lost in a power cut, and nothing repeated."""
        self.stop()
        self._store = "# no store"
        self.write_configuration(self._sms_service)
        return self.start()

    def kill(self):
        """End both boxes as a power cut would."""
        for name in ("smsbox", "bearerbox"):
            process = self.processes.pop(name, None)
            if process:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)

    def restart(self):
        """Stop and start again, on the same ports and with the same store."""
        self.stop()
        return self.start()

    def status(self):
        """bearerbox's own report, None when it does not answer."""
        url = f"http://127.0.0.1:{self.admin_port}/status.txt?password={self.admin_password}"
        try:
            with urllib.request.urlopen(url, timeout=5) as reply:
                return reply.read().decode()
        except OSError:
            return None

    def _spawn(self, name):
        with open(self.folder / f"{name}.out", "ab") as stream:
            self.processes[name] = subprocess.Popen(
                [self.programs[name], "-v", "4", str(self.configuration)],
                stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT,
                cwd=self.folder, start_new_session=True,
            )  # fmt: skip

    @staticmethod
    def _answers(url):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def _wait(self, ready):
        limit = time.monotonic() + START_SECONDS
        while not ready():
            ended = [name for name, process in self.processes.items() if process.poll() is not None]
            if ended or time.monotonic() > limit:
                self.stop()
                tail = "".join(
                    log.read_text(errors="replace")[-1500:]
                    for log in sorted(self.folder.glob("*box.out"))
                )
                raise RuntimeError(f"Kannel did not start ({ended or 'too slow'}):\n{tail}")
            time.sleep(0.05)
