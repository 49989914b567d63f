from odoo import fields, models
from odoo.fields import Domain

# An SMS has room for so many deliveries, each with its link.
MOST_DELIVERIES = 3


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
            "\n".join(
                f"{delivery.sale_id.name or delivery.name}: "
                f"{delivery.stage_id.client_label or delivery.stage_id.name} "
                f"{delivery._get_tracking_url()}"
                for delivery in deliveries.with_context(lang=lang)
            ),
        )
        return True

    def _get_deliveries_asked(self, message):
        """Hook: the deliveries that an inbound message asks about.

        :param bti.message message: with its ``keyword_code``
        :return: those on their way or planned, the next ones first, else the last one
        :rtype: stock.picking
        """
        Picking = self.env["stock.picking"]
        client = message.partner_id.commercial_partner_id
        if not client:
            return Picking
        domain = (
            Domain("company_id", "=", message.company_id.id)
            & Domain("sale_id.partner_id", "child_of", client.id)
            & Domain("stage_id", "!=", False)
            & Domain("state", "!=", "cancel")
        )
        if message.keyword_code:
            domain &= Domain("sale_id.name", "=ilike", message.keyword_code)
        return Picking.search(
            domain & Domain("state", "!=", "done"),
            order="scheduled_date, id",
            limit=MOST_DELIVERIES,
        ) or Picking.search(domain, order="date_done desc, id desc", limit=1)

    def _get_word_lang(self, message):
        """:return: an active language: that of the word, else the client's, else the company's"""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        wanted = message.keyword_language_id.lang or ""
        same = [code for code in installed if code.partition("_")[0] == wanted]
        others = (message.partner_id.lang, message.company_id.partner_id.lang)
        return next((code for code in (*same, *others) if code in installed), installed[0])
