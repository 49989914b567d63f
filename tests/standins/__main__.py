"""The networks and the page "play the client" on this machine, until it is interrupted.

``python -m standins`` in the folder ``tests``; what it starts is told on the first lines, as JSON.
"""

import argparse
import json
import logging
import signal
import threading

from .graph import GraphStandIn
from .play import PlayServer
from .viber import ViberStandIn


def start(graph_port=0, viber_port=0, play_port=0, sms=None):
    """Start all three; ports of 0: any free ones.

    :param SmsLine sms: the line of the tab SMS of the page
    :return: (graph, viber, play), running, delivering by themselves
    """
    graph, viber = GraphStandIn(port=graph_port), ViberStandIn(port=viber_port)
    play = PlayServer(graph, viber, sms=sms, port=play_port)
    for server in (graph, viber, play):
        server.start()
    graph.limits.pace = False  # a newcomer types fast
    graph.auto()
    viber.auto()
    return graph, viber, play


def describe(graph, viber, play):
    """:return: what connects an office to them"""
    return {
        "play": play.url,
        "graph": graph.url,
        "viber": f"{viber.url}/pa",
        "app_id": graph.app.id,
        "app_secret": graph.app.secret,
        "app_token": graph.app_token.value,
        "page_id": graph.page.id,
        "page_token": graph.page_token.value,
        "system_token": graph.system_token.value,
        "waba_id": graph.waba.id,
        "phone_number_id": graph.number.id,
        "viber_token": viber.token,
    }


def main():
    """Run until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="standins", description=__doc__)
    for name in ("graph", "viber", "play"):
        parser.add_argument(f"--{name}-port", type=int, default=0)
    args = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    servers = start(args.graph_port, args.viber_port, args.play_port)
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_arguments: over.set())
    print(json.dumps(describe(*servers), indent=1), flush=True)
    over.wait()
    for server in servers:
        server.stop()


if __name__ == "__main__":
    main()
