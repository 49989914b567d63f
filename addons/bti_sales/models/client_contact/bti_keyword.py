from odoo import fields, models


class BtiKeyword(models.Model):
    """A client asks by SMS where his bricks are."""

    _inherit = "bti.keyword"

    action = fields.Selection(
        selection_add=[("order_status", "State of the deliveries")],
        ondelete={"order_status": "set default"},
    )

    def _run_order_status(self, message):
        """Hook: answer with the stage of each delivery of the client and the link to follow it.

        The code after the word may name an order. Who is no client, or has no delivery, talks to
        the agents: a machine does not tell strangers what somebody has ordered.
        """
        deliveries = self._get_deliveries_asked(message)
        if not deliveries:
            return False
        lang = self._get_word_lang(message)
        self._answer(
            message,
            deliveries.with_context(lang=lang)._bti_get_state_text(),
        )
        return True

    def _get_deliveries_asked(self, message):
        """Hook: the deliveries that an inbound message asks about.

        :param bti.message message: with its ``keyword_code``
        :return: those on their way or planned, the next ones first, else the last one
        :rtype: stock.picking
        """
        return self.env["stock.picking"]._bti_find_of_client(
            message.partner_id, message.company_id, message.keyword_code
        )

    def _get_word_lang(self, message):
        """:return: an active language: that of the word, else the client's, else the company's"""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        wanted = message.keyword_language_id.lang or ""
        same = [code for code in installed if code.partition("_")[0] == wanted]
        others = (message.partner_id.lang, message.company_id.partner_id.lang)
        return next((code for code in (*same, *others) if code in installed), installed[0])
