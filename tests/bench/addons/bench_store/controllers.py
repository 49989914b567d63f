from odoo.http import Controller, Response, request, route
from odoo.tools import SQL

OPTIONS = {"type": "http", "methods": ["GET"], "csrf": False, "save_session": False}


class Store(Controller):
    """The bare engines of the bench ``webhook``."""

    @route("/bench/store/<string:key>", auth="none", **OPTIONS)
    def store(self, key, **_params):
        """Store the call and answer, whoever calls, whatever it says; a route as Odoo has them."""
        return _store(key)

    @route("/bench/lean/<string:key>", auth="bti_provider", **OPTIONS)
    def store_lean(self, key, **_params):
        """The same, spared what Odoo looks up for people, as our webhook is."""
        return _store(key)


def _store(key):
    query = request.httprequest.query_string.decode("latin-1")
    request.env.cr.execute(
        SQL("INSERT INTO bench_store (key, method, query) VALUES (%s, 'GET', %s)", key, query)
    )
    return Response("", status=200, content_type="text/plain; charset=utf-8")
