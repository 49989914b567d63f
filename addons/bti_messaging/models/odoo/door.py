import inspect
import logging

import psycopg2
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response

from odoo import models
from odoo.http import request

_logger = logging.getLogger(__name__)

# Endings of names of parameters that are compared as secrets, for which Python takes ASCII only.
SECRETS = ("token", "hash", "uuid", "webhook_key")
# What Odoo's pages raise when a parameter is missing, or is not what they take it for.
JUNK = (AssertionError, KeyError, OverflowError, TypeError, ValueError, psycopg2.DataError)
MAX_ID = 2**31 - 1
NUL = "\x00"


class IrHttp(models.AbstractModel):
    """The door: what no page can do anything with is refused before any page is asked."""

    _inherit = "ir.http"

    # === CORE HOOKS === #

    @classmethod
    def _match(cls, path_info):
        """Override of `http_routing`: refuse what cannot be looked up, and let OPTIONS run nothing.

        Odoo runs the code of a page for OPTIONS as well, body and all, and asks for no token then:
        here it only tells which methods there are.
        """
        if "\r" in path_info or "\n" in path_info:
            cls._refuse()  # it would be sent elsewhere by a header that breaks
        rule, path_args = super()._match(path_info)
        routing = rule.endpoint.routing
        if request.httprequest.method == "OPTIONS" and not routing.get("cors"):
            methods = {*(routing.get("methods") or ("GET", "HEAD", "POST")), "OPTIONS"}
            allowed = {"Allow": ", ".join(sorted(methods))}
            raise HTTPException(response=Response(status=204, headers=allowed))
        if not routing.get("own_refusal") and not all(
            cls._can_be_looked_up(*item) for item in path_args.items()
        ):
            cls._refuse()
        return rule, path_args

    @classmethod
    def _dispatch(cls, endpoint):
        """Override of `base`: look at the parameters of pages, and of calls without a login."""
        routing = endpoint.routing
        # programs that call us have their calls stored as they are, and our pages for clients look
        # at each word of a link themselves
        public = (
            routing["auth"] != "bti_provider"
            and not routing.get("own_refusal")
            and (routing["type"] == "http" or routing["auth"] != "user")
        )
        if public and not all(cls._can_be_looked_up(*item) for item in request.params.items()):
            cls._refuse()
        if routing["type"] != "http" or routing["auth"] not in ("public", "none"):
            return super()._dispatch(endpoint)
        try:
            return super()._dispatch(endpoint)
        except JUNK as error:
            if inspect.unwrap(endpoint.func).__module__.startswith("odoo.addons.bti_"):
                raise
            # Odoo's own pages take a number for granted where a stranger typed something else
            _logger.warning("%s: %r", request.httprequest.path, error, exc_info=True)
            cls._refuse()

    @classmethod
    def _serve_fallback(cls):
        """Override of `base`: no attachment has such an address."""
        if NUL in request.httprequest.path:
            return None
        return super()._serve_fallback()

    # === HELPERS === #

    @classmethod
    def _can_be_looked_up(cls, name, value):
        """Whether a parameter can be given to the database, or be compared with a secret.

        :param str name: of the parameter
        :param value: from the address, a form or JSON
        :rtype: bool
        """
        if isinstance(value, str):
            return cls._is_storable(value) and (value.isascii() or not name.endswith(SECRETS))
        if isinstance(value, bool):
            return True
        if isinstance(value, int):
            return abs(value) <= MAX_ID
        if isinstance(value, models.BaseModel):
            return all(not isinstance(id_, int) or id_ <= MAX_ID for id_ in value._ids)
        if isinstance(value, dict):
            return all(
                cls._is_storable(str(key)) and cls._can_be_looked_up(str(key), item)
                for key, item in value.items()
            )
        if isinstance(value, list):
            return all(cls._can_be_looked_up(name, item) for item in value)
        return True

    @staticmethod
    def _is_storable(text):
        """Whether a text is one for the database: JSON may hold halves of letters."""
        if text.isascii():
            return NUL not in text
        try:
            text.encode()
        except UnicodeEncodeError:
            return False
        return NUL not in text

    @classmethod
    def _refuse(cls):
        """Answer as for a page that does not exist, in the style of the site."""
        request.is_frontend = True
        request.is_frontend_multilang = False
        if not hasattr(request, "lang"):
            wishes = (request.httprequest.cookies.get("frontend_lang"), request.best_lang)
            nearest = request.env["ir.http"].get_nearest_lang
            code = next(filter(None, (nearest(wish or "") for wish in wishes)), None)
            langs = request.env["res.lang"]
            request.lang = langs._get_data(code=code or cls._get_default_lang().code)
        raise NotFound
