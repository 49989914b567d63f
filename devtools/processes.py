"""Processes that ./bti leaves running: whether one is still ours, and how it ends."""

import os
import signal
import time
from pathlib import Path


def is_running_with(pid, argument):
    """Whether this process was started with an argument that only ours have (a pid may be used
    again)."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return str(argument).encode() in command.split(b"\0")


def end(pid, seconds=10):
    """End a process that leads a group of its own, and all that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(pid, number)
        except (ProcessLookupError, PermissionError):
            return
        for _ in range(seconds * 10):
            try:
                finished, _status = os.waitpid(pid, os.WNOHANG)
                if finished:
                    return
            except ChildProcessError:
                if not Path(f"/proc/{pid}").exists():
                    return
            time.sleep(0.1)
