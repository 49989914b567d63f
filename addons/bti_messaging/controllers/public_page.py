from odoo.http import request

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    # nobody clicks a button of these pages without seeing it
    "X-Frame-Options": "DENY",
}
# The signed link is the right to act and no other site knows it: a second, forged-request token
# would need a session and a cookie that these pages do without.
PAGE = {
    "type": "http",
    "auth": "public",
    "csrf": False,
    "save_session": False,
    # any wrong link gets the page of these, see models/odoo/door.py
    "own_refusal": True,
}


class PublicPage:
    """Pages without login that a client opens from a link: how they are rendered and refused."""

    def _too_many(self):
        return self._respond("bti_messaging.public_too_many", status=429)

    def _not_found(self):
        return self._respond("bti_messaging.public_not_found", status=404)

    def _get_lang(self, wanted, partner, company):
        """:return: code of an installed language: that which the client chose, his own, the
        browser's, the company's
        """
        installed = dict(request.env["res.lang"].get_installed())
        nearest = request.env["ir.http"].get_nearest_lang(request.best_lang or "")
        wishes = (wanted, partner.lang, nearest, company.partner_id.lang)
        return next(
            (code for code in wishes if code in installed),
            request.env["ir.http"]._get_default_lang().code,
        )

    def _respond(self, template, values=None, status=200, lang=None):
        """Render a page that leaves nothing behind: no session, no cache, no referrer."""
        langs = request.env["res.lang"]
        if not lang:
            empty = request.env["res.partner"]
            lang = self._get_lang(None, empty, request.env["res.company"])
        data = langs._get_data(code=lang)
        html = (
            request.env["ir.ui.view"]
            .with_context(lang=lang)
            ._render_template(
                template,
                {
                    "html_lang": lang.split("_")[0],
                    "html_direction": data.direction,
                    "lang": lang,
                    "langs": [
                        (code, name.split(" (")[0].split(" /")[-1].strip())
                        for code, name in langs.get_installed()
                    ],
                    **(values or {}),
                },
            )
        )
        return request.make_response(html, headers=list(HEADERS.items()), status=status)
