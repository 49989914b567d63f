"""The networks and the page "play the client" on this machine, until it is interrupted.

``python -m standins`` in the folder ``tests``; what it starts is told on the first lines, as JSON.
"""

import argparse
import json
import logging
import os
import signal
import threading
import time
from pathlib import Path

from . import demo
from .graph import GraphStandIn
from .play import PlayServer
from .play.client import PHONE
from .viber import ViberStandIn


def start(graph_port=0, viber_port=0, play_port=0, sms=None):
    """Start all three; ports of 0: any free ones.

    :param SmsLine sms: the line of the tab SMS of the page
    :return: (graph, viber, play), running, delivering by themselves
    """
    graph, viber = GraphStandIn(port=graph_port), ViberStandIn(port=viber_port)
    play = PlayServer(graph, viber, sms=sms, port=play_port)
    for standin in (graph, viber):
        standin.continue_ids(int(time.time()))  # the office remembers those of an earlier start
    for server in (graph, viber, play):
        server.start()
    graph.limits.pace = False  # a newcomer types fast
    graph.approves = True  # ... and does not wait for a reader of his texts
    demo.add_templates(graph)
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


def start_beside(url, database, play_port=0):
    """Start all three beside the demo of a running server, its channels connected to them.

    :param str url: address of the server
    :return: as :func:`start`
    """
    odoo = demo.Odoo(url, database)
    graph, viber, play = servers = start(play_port=play_port, sms=demo.DemoLine(odoo))
    try:
        connected = demo.connect(odoo, graph, viber)
        if name := demo.find_name(odoo, PHONE):
            play.client.rename(name)
    except Exception:
        stop(servers)
        raise
    logging.info("Connected: %s", ", ".join(connected) or "nothing")
    return servers


def stop(servers):
    """End them all."""
    for server in servers:
        server.stop()


def main():
    """Run until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="standins", description=__doc__)
    for name in ("graph", "viber", "play"):
        parser.add_argument(f"--{name}-port", type=int, default=0)
    parser.add_argument("--odoo", metavar="URL", help="server whose demo is connected to them")
    parser.add_argument("--database", help="the demo's")
    parser.add_argument("--note", type=Path, help="file that tells the page and this process")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_arguments: over.set())
    if args.odoo:
        servers = start_beside(args.odoo, args.database, args.play_port)
    else:
        servers = start(args.graph_port, args.viber_port, args.play_port)
    print(json.dumps(describe(*servers), indent=1), flush=True)
    if args.note:
        tell(args.note, servers)
    over.wait()
    stop(servers)


def tell(note, servers):
    """Write to a file, all at once, where the page is and which process ends it."""
    unfinished = note.with_name(f"{note.name}.unfinished")
    unfinished.write_text(
        json.dumps({"pid": os.getpid(), "play": servers[-1].url}), encoding="utf-8"
    )
    unfinished.replace(note)


if __name__ == "__main__":
    main()
