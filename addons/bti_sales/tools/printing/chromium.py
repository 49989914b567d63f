"""Print HTML pages to PDF with headless Chromium, without a running web server.

One :class:`Printer` starts Chromium once and prints any number of pages; it speaks the DevTools
protocol over two pipes (no port, no extra library). Pages are given as text. They get no network,
no files and no scripts: each style sheet, font or image that a page really uses is asked of a
function of the caller.

No ORM here.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import itertools
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

BINARIES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

# Odoo limits the address space of its workers (RLIMIT_AS); Chromium reserves far more than it
# uses and dies under such a limit. This small program takes the limit back to the hard one and
# gives Chromium the two pipes on the descriptors 3 and 4 that it expects.
_LAUNCHER = """
import fcntl, os, resource, sys
hard = resource.getrlimit(resource.RLIMIT_AS)[1]
resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
# first out of the way of 3 and 4, so that neither call overwrites the other's source
read, write = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(read, 3)
os.dup2(write, 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""

_ARGUMENTS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--font-render-hinting=none",
)

# Where the pages believe to be; a name that exists nowhere, all its requests come to us.
ORIGIN = "https://documents.invalid"
# No scripts, no network, no files: only what the caller hands out.
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'unsafe-inline' {ORIGIN}; img-src data: {ORIGIN};"
    f" font-src data: {ORIGIN}"
)

_REPLACE_BODY = """
document.documentElement.replaceChild(
    document.adoptNode(new DOMParser().parseFromString(%s, "text/html").body), document.body
) && true
"""
# A page may count as complete before its style sheets are there: what it is without them must be
# neither measured nor printed.
_PENDING_SHEETS = """
new Promise((resolve) => setTimeout(resolve, %s)).then(() =>
    [...document.querySelectorAll("link[rel~=stylesheet]:not([disabled])")]
        .filter((link) => !link.sheet)
        .map((link) => link.href)
)
"""
_READY = """
new Promise((resolve) => document.readyState === "complete"
    ? resolve() : window.addEventListener("load", resolve))
.then(() => Promise.all([...document.images].map((image) => image.decode().catch(() => null))))
.then(() => {
    // Layout asks for fonts only later, and until then all of them count as ready: ask for those
    // that the page uses, so that nothing is measured or printed in a stand-in.
    const used = new Set();
    for (const element of document.body.querySelectorAll("*")) {
        const style = getComputedStyle(element);
        used.add(`${style.fontStyle} ${style.fontWeight} 16px ${style.fontFamily}`);
    }
    const text = document.body.textContent;
    return Promise.all([...used].map((font) => document.fonts.load(font, text).catch(() => null)));
})
.then(() => document.body.offsetHeight && document.fonts.ready).then(() => true)
"""


class ChromiumError(Exception):
    """Chromium is missing, died, or did not answer in time."""


def find_chromium() -> str | None:
    """Path of the Chromium (or Chrome) binary, ``None`` when none is installed."""
    return next(filter(None, map(shutil.which, BINARIES)), None)


class Printer:
    """A Chromium process that prints pages; use as a context manager.

    :param timeout: seconds that the whole use may take
    :param fetch: function of a path (``/web/static/img/logo.png``) that returns the content and its
        media type, or ``None``
    :raise ChromiumError: on entering when Chromium is missing, or from any method on failure
    """

    def __init__(self, timeout: float = 60, fetch=lambda path: None):
        self._fetch = functools.cache(fetch)
        self._deadline = time.monotonic() + timeout
        self._stack = contextlib.ExitStack()
        self._ids = itertools.count(1)
        self._buffer = b""
        self._session = None
        self._frame = None
        self._head = None
        self._refused = set()

    def __enter__(self):
        binary = find_chromium()
        if not binary:
            raise ChromiumError("Chromium is not installed")
        try:
            self._start(binary)
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *exc):
        self._stack.close()

    # === PAGES === #

    def load(self, head: str, body: str):
        """Show a page and wait until its style sheets, fonts and images are there.

        The same head again (the usual case: many documents of one company) is kept with all that it
        loaded; only the body changes.

        :param head: the ``<head>`` element as text
        :param body: the ``<body>`` element as text
        """
        if head == self._head:
            self.evaluate(_REPLACE_BODY % json.dumps(f"<!DOCTYPE html><html>{body}</html>"))
        else:
            policy = (
                f'<meta http-equiv="Content-Security-Policy" content="{CONTENT_SECURITY_POLICY}"/>'
                f'<base href="{ORIGIN}"/>'
            )
            opening, closing, rest = head.partition(">")
            html = f"<!DOCTYPE html><html>{opening}{closing}{policy}{rest}{body}</html>"
            self._call("Page.setDocumentContent", {"frameId": self._frame, "html": html})
            self._head = head
            self._wait_for_sheets()
        self.evaluate(_READY)

    def _wait_for_sheets(self):
        """Wait for the style sheets that are handed out; others never come."""
        pause_ms = 0
        while pending := self.evaluate(_PENDING_SHEETS % pause_ms):
            if not any(
                url.startswith(f"{ORIGIN}/") and url not in self._refused for url in pending
            ):
                return
            pause_ms = 5

    def evaluate(self, expression: str):
        """Value of a JavaScript expression in the page, promises awaited."""
        result = self._call(
            "Runtime.evaluate",
            {"expression": expression, "awaitPromise": True, "returnByValue": True},
        )
        if "exceptionDetails" in result:
            raise ChromiumError(result["exceptionDetails"].get("text", "script error"))
        return result["result"].get("value")

    def pdf(self) -> bytes:
        """PDF of the page shown, on paper of the size that its ``@page`` rule asks."""
        result = self._call("Page.printToPDF", {"printBackground": True, "preferCSSPageSize": True})
        return base64.b64decode(result["data"])

    # === PROCESS === #

    def _start(self, binary):
        profile = self._stack.enter_context(
            tempfile.TemporaryDirectory(prefix="bti_chromium_", ignore_cleanup_errors=True)
        )
        command_read, self._command_write = os.pipe()
        self._answer_read, answer_write = os.pipe()
        for descriptor in (self._command_write, self._answer_read):
            self._stack.callback(os.close, descriptor)
        os.set_blocking(self._command_write, False)
        arguments = [*_ARGUMENTS, f"--user-data-dir={profile}"]
        if os.geteuid() == 0:  # Chromium's sandbox refuses to run as root
            arguments.append("--no-sandbox")
        try:
            self._process = subprocess.Popen(
                [
                    sys.executable, "-I", "-S", "-c", _LAUNCHER,
                    str(command_read), str(answer_write), binary, *arguments, "about:blank",
                ],
                pass_fds=(command_read, answer_write),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # the profile is its home too: a service account may have none that can be written
                env={**os.environ, "HOME": profile},
                start_new_session=True,
            )  # fmt: skip
        finally:
            os.close(command_read)
            os.close(answer_write)
        self._stack.callback(self._stop)
        target = self._call("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = self._call("Target.attachToTarget", {"targetId": target, "flatten": True})
        self._session = attached["sessionId"]
        self._call("Page.enable")
        self._call("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})
        self._frame = self._call("Page.getFrameTree")["frameTree"]["frame"]["id"]

    def _stop(self):
        """End the whole process group: Chromium leaves children behind when only killed itself."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, 9)
        self._process.wait()

    # === PROTOCOL === #

    def _call(self, method, params=None):
        """One DevTools call; what the page asks for meanwhile is handed out."""
        call_id = self._post(method, params)
        while True:
            answer = json.loads(self._receive())
            if answer.get("method") == "Fetch.requestPaused":
                self._hand_out(answer["params"])
            if answer.get("id") != call_id:
                continue
            if "error" in answer:
                raise ChromiumError(f"{method}: {answer['error'].get('message')}")
            return answer["result"]

    def _post(self, method, params=None):
        """Send a call without waiting for its answer, and return its number."""
        call_id = next(self._ids)
        message = {"id": call_id, "method": method, "params": params or {}}
        if self._session:
            message["sessionId"] = self._session
        self._send(json.dumps(message).encode() + b"\0")
        return call_id

    def _hand_out(self, paused):
        """Answer one request of the page."""
        url, request = paused["request"]["url"], {"requestId": paused["requestId"]}
        found = self._fetch(url.removeprefix(ORIGIN)) if url.startswith(f"{ORIGIN}/") else None
        if found is None:
            self._refused.add(url)
            self._post("Fetch.failRequest", {**request, "errorReason": "BlockedByClient"})
            return
        content, media_type = found
        headers = {"Content-Type": media_type, "Access-Control-Allow-Origin": "*"}
        self._post(
            "Fetch.fulfillRequest",
            {
                **request,
                "responseCode": 200,
                "responseHeaders": [
                    {"name": name, "value": value} for name, value in headers.items()
                ],
                "body": base64.b64encode(content).decode(),
            },
        )

    def _left(self):
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise ChromiumError("Chromium did not answer in time")
        return left

    def _send(self, data):
        view = memoryview(data)
        while view:
            if not select.select([], [self._command_write], [], self._left())[1]:
                continue
            try:
                view = view[os.write(self._command_write, view[:65536]) :]
            except BrokenPipeError as error:
                raise ChromiumError("Chromium ended") from error

    def _receive(self):
        chunks = [self._buffer]
        while b"\0" not in chunks[-1]:
            if not select.select([self._answer_read], [], [], self._left())[0]:
                continue
            chunk = os.read(self._answer_read, 1 << 20)
            if not chunk:
                raise ChromiumError("Chromium ended")
            chunks.append(chunk)
        message, _sep, self._buffer = b"".join(chunks).partition(b"\0")
        return message
