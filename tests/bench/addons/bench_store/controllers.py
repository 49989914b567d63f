from odoo.http import Controller, Response, request, route
from odoo.tools import SQL


class Store(Controller):
    """The bare engine of the bench ``webhook``."""

    @route(
        "/bench/store/<string:key>",
        type="http",
        auth="none",
        methods=["GET"],
        csrf=False,
        save_session=False,
    )
    def store(self, key, **_params):
        """Store the call and answer; whoever calls, whatever it says."""
        query = request.httprequest.query_string.decode("latin-1")
        request.env.cr.execute(
            SQL("INSERT INTO bench_store (key, method, query) VALUES (%s, 'GET', %s)", key, query)
        )
        return Response("", status=200, content_type="text/plain; charset=utf-8")
