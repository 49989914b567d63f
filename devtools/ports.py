"""Choosing and checking TCP ports on the loopback interface."""

import socket

from .console import Failure


def is_free(port, host="127.0.0.1"):
    """Whether a server could listen on this port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port():
    """Any free port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def next_free(port, tries=50):
    """The first free port after ``port``."""
    for candidate in range(port + 1, min(port + 1 + tries, 65536)):
        if is_free(candidate):
            return candidate
    return free_port()


def require_free(port):
    """Refuse a busy port and propose another."""
    if not 0 < port < 65536:
        raise Failure(f"{port} is no port number.", "Choose one from 1024 to 65535.")
    if not is_free(port):
        raise Failure(
            f"Port {port} is busy.",
            f"Type ./bti run --port {next_free(port)}, or ./bti stop when it is ours.",
        )
