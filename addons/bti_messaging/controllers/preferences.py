from odoo.http import Controller, request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..tools import rate_limit
from .public_page import PAGE, PublicPage

# Calls with one link in one minute.
LIMIT = (60, 60)
SCOPE = "bti_preferences"
MAX_BODY = 16 * 1024  # bytes


class Preferences(PublicPage, Controller):
    """Pages without login on which a client says what he wants to receive."""

    @route("/m/<string:token>", methods=["GET"], **PAGE)
    def show(self, token, lang=None, saved=None, **_params):
        """The page with the client's choices.

        :param str token: signed link, see ``bti.consent._get_preference_owner``
        :param str lang: language that the client chose
        :param str saved: set after saving
        """
        partner, company, preview, refusal = self._get_owner(token)
        if refusal:
            return refusal
        lang = self._get_lang(lang, partner, company)
        Consent = request.env["bti.consent"].sudo().with_context(lang=lang)
        values = Consent._get_preference_values(partner, company.with_context(lang=lang))
        return self._respond(
            "bti_messaging.preference_page",
            {**values, "token": token, "saved": saved, "preview": preview},
            lang=lang,
        )

    @route("/m/<string:token>", methods=["POST"], max_content_length=MAX_BODY, **PAGE)
    def save(self, token, lang=None, **_params):
        """Save the choices (``shown``, ``choice``), or stop all marketing (``stop``)."""
        partner, company, preview, refusal = self._get_owner(token)
        if refusal or preview:
            return refusal or self._not_found()
        lang = self._get_lang(lang, partner, company)
        form = request.httprequest.form
        # sudo: the signed link is the right to choose for this contact, and for him alone
        Consent = request.env["bti.consent"].sudo().with_context(lang=lang)
        client = {**_get_client(), "lang": lang}
        if form.get("stop"):
            Consent._stop_marketing(partner, company, **client)
        else:
            Consent._save_preferences(
                partner, company, set(form.getlist("shown")), set(form.getlist("choice")), **client
            )
        return request.redirect(f"/m/{token}?saved=1&lang={lang}", code=303)

    @route("/m/c/<string:token>", methods=["GET"], **PAGE)
    def ask(self, token, lang=None, **_params):
        """The page on which a client answers whether he wants to receive offers. Opening it
        answers nothing: programs open links too."""
        question, refusal = self._get_question(token)
        if refusal:
            return refusal
        lang = self._get_lang(lang or question.lang, question.partner_id, question.company_id)
        values = question.with_context(lang=lang)._get_question_values()
        return self._respond("bti_messaging.consent_page", {**values, "token": token}, lang=lang)

    @route("/m/c/<string:token>", methods=["POST"], max_content_length=MAX_BODY, **PAGE)
    def answer(self, token, lang=None, answer=None, **_params):
        """Take the answer ("yes" or "no") while the question is open."""
        question, refusal = self._get_question(token)
        if refusal:
            return refusal
        lang = self._get_lang(lang or question.lang, question.partner_id, question.company_id)
        question = question.with_context(lang=lang)
        if answer in ("yes", "no"):
            question._answer_on_page(answer == "yes", **{**_get_client(), "lang": lang})
        return request.redirect(f"/m/c/{token}?lang={lang}", code=303)

    # === HELPERS === #

    def _get_owner(self, token):
        """:return: contact, company, whether the link is for looking only, and the answer if there
        is nothing to show"""
        if not _is_allowed():
            return None, None, False, self._too_many()
        # sudo: the signed link is the right to see the choices of this contact; only plain,
        # masked values reach the page
        Consent = request.env["bti.consent"].sudo()
        partner, company = Consent._get_preference_owner(token)
        preview = not partner
        if preview:
            partner, company = Consent._get_preference_owner(token, preview=True)
        return partner, company, preview, self._judge(token, partner)

    def _get_question(self, token):
        """:return: the question, and the answer if there is nothing to show"""
        if not _is_allowed():
            return None, self._too_many()
        # sudo: as above
        question = request.env["bti.consent"].sudo()._get_question(token)
        return question, self._judge(token, question)

    def _judge(self, token, found):
        """:return: the answer if there is nothing to show: nothing found, or too many calls"""
        address = request.httprequest.remote_addr
        if not rate_limit.allow_link(SCOPE, address, found and token, LIMIT):
            return self._too_many()
        return None if found else self._not_found()


class PreferencePortal(CustomerPortal):
    @route("/my/preferences", type="http", auth="user", methods=["GET"])
    def my_preferences(self, **_params):
        """Lead who is logged in to his own page of choices."""
        company, partner = request.env.company, request.env.user.partner_id
        token = request.env["bti.consent"]._get_preference_token(partner, company)
        return request.redirect(f"/m/{token}")


def _is_allowed():
    return rate_limit.allow_address(SCOPE, request.httprequest.remote_addr)


def _get_client():
    """:return: who answered, as far as a page can tell"""
    http = request.httprequest
    return {"ip": http.remote_addr, "user_agent": (http.user_agent.string or "")[:500]}
