import json

from odoo.http import Controller, request, route

from ..tools import rate_limit
from .public_page import HEADERS, PAGE, PublicPage

SCOPE = "bti_photo"
# Calls with one link in one minute: a video goes in a hundred pieces.
LIMIT = (600, 60)
# A piece of a file, and what is around it.
MAX_BODY = 300 * 1024
MAX_FORM = 4 * 1024


class Photos(PublicPage, Controller):
    """Pages without login on which a client sends photos, or looks at some."""

    @route("/ph/<string:token>", methods=["GET"], **PAGE)
    def show(self, token, lang=None, **_params):
        """The page of a link.

        :param str token: signed link, see ``bti.photo.link._get_by_token``
        :param str lang: language that the client chose
        """
        link, preview, refusal = self._get_link(token)
        if refusal is not None:
            return self._too_many() if refusal == 429 else self._not_found()
        lang = self._get_lang(lang or link.lang, link.partner_id, link.company_id)
        template, values = link.with_context(lang=lang)._get_page()
        return self._respond(
            template, {**values, "token": token, "preview": preview, "lang": lang}, lang=lang
        )

    @route("/ph/<string:token>/<string:key>", methods=["POST"], max_content_length=MAX_FORM, **PAGE)
    def begin(self, token, key, **_params):
        """Begin a file, or go on with it: tells which pieces are here.

        :param str key: by which the phone names the file
        """
        link, preview, refusal = self._get_link(token)
        if refusal is not None or preview:
            return self._tell(None, refusal or 404)
        form = request.httprequest.form
        size = form.get("size", "")
        size = int(size) if size.isascii() and size.isdigit() and len(size) < 12 else 0
        return self._tell(link._begin(key, form.get("name", ""), size))

    @route(
        "/ph/<string:token>/<string:key>/<int:number>",
        methods=["POST"],
        max_content_length=MAX_BODY,
        **PAGE,
    )
    def take(self, token, key, number, **_params):
        """Take one piece of a file.

        :param int number: of the piece, from 0
        """
        link, preview, refusal = self._get_link(token)
        if refusal is not None or preview:
            return self._tell(None, refusal or 404)
        file = link.file_ids._find(link, key)
        return self._tell(file and file._take(number, request.httprequest.get_data()))

    # === HELPERS === #

    def _get_link(self, token):
        """:return: the link, whether it is for looking only, and the status of the refusal if it
        opens nothing"""
        address = request.httprequest.remote_addr
        if not rate_limit.allow_address(SCOPE, address):
            return None, False, 429
        Link = request.env["bti.photo.link"]
        link = Link._get_by_token(token)
        preview = not link
        if preview:
            link = Link._get_by_token(token, preview=True)
        if not rate_limit.allow_link(SCOPE, address, link and token, LIMIT):
            return None, False, 429
        return link, preview, None if link else 404

    def _tell(self, told, status=404):
        """Answer the page's program.

        :param dict told: what it has to know; nothing: it is refused
        :param int status: of a refusal
        """
        return request.make_response(
            json.dumps(told or {"state": "gone"}),
            headers=[*HEADERS.items(), ("Content-Type", "application/json")],
            status=200 if told else status,
        )
