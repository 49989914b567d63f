"""An Odoo server with workers, as it runs in production."""

import contextlib
import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

ADDONS = Path(__file__).resolve().parents[1] / "addons"
PATIENCE = 120  # seconds until the server answers, and until a queue is empty


class Server:
    """``port`` answers HTTP; ``read_log()`` is what the server wrote since the last look."""

    def __init__(self, port, log, pid):
        self.port, self._log, self._seen = port, log, 0
        self._session = pid

    def read_log(self):
        """What was written since the last call."""
        text = self._log.read_text(encoding="utf-8")
        new, self._seen = text[self._seen :], len(text)
        return new

    def processor_time(self):
        """Seconds of the processor that its processes have used; not PostgreSQL's."""
        ticks = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):  # it has ended
                values = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
                values = values.split()
                if int(values[3]) == self._session:
                    # of itself, and of its children that have ended
                    ticks += sum(map(int, values[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def answers(self):
        """Whether a request is answered."""
        try:
            address = f"http://127.0.0.1:{self.port}/web/health"
            with urllib.request.urlopen(address, timeout=5) as reply:
                return reply.status == 200
        except OSError:
            return False


@contextlib.contextmanager
def running(database, *options):
    """A server with two workers that answers; it knows the addons of the benches too.

    :param str options: of Odoo's command line, the last of a kind counts
    """
    with tempfile.TemporaryDirectory() as folder:
        conf = Path(folder) / "odoo.conf"
        conf.touch(mode=0o600)
        text = Path(os.environ["BTI_ODOO_CONF"]).read_text(encoding="utf-8")
        conf.write_text(text.replace("addons_path = ", f"addons_path = {ADDONS},"))
        log = Path(folder) / "odoo.log"
        log.touch()
        port = free_port()
        process = subprocess.Popen(
            [
                os.environ["BTI_PYTHON"], os.environ["BTI_ODOO_SCRIPT"], "server", "-c", conf,
                "-d", database, f"--http-port={port}", f"--gevent-port={free_port()}",
                "--workers=2", "--max-cron-threads=1", "--http-interface=127.0.0.1",
                f"--logfile={log}", "--log-level=info", *options,
            ],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        try:
            server = Server(port, log, process.pid)
            wait_for(server.answers)
            yield server
        finally:
            process.terminate()
            process.wait(30)


def wait_for(ready, patience=PATIENCE):
    """Wait until ``ready()`` is true.

    :param patience: seconds
    """
    limit = time.monotonic() + patience
    while not ready():
        assert time.monotonic() < limit, "too slow"
        time.sleep(0.3)


def free_port():
    """A free TCP port of the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
