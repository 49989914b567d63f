from collections import defaultdict

from odoo import models
from odoo.fields import Domain

_SALES = ("out_invoice", "out_receipt")
_REFUNDS = ("out_refund",)


class BonusRule(models.Model):
    """Reads the volume of a period from the posted invoices: of whom, of what, how much."""

    _inherit = "bti.bonus.rule"

    # === BUSINESS METHODS === #

    def _get_volumes(self, start, end, partners=None):
        """What the clients of the rule were invoiced, less credit notes.

        :return: ``{partner id: {product: (pieces, kg, turnover in company currency)}}``
        """
        self.ensure_one()
        # sudo: reps and clients see the total of their own file, not the invoices behind it
        lines = self.env["account.move.line"].sudo()
        volumes = defaultdict(lambda: defaultdict(lambda: (0, 0.0, 0.0)))
        for types, sign in ((_SALES, 1), (_REFUNDS, -1)):
            groups = lines._read_group(
                self._get_line_domain(start, end, partners)
                & Domain("move_id.move_type", "in", types),
                ["partner_id", "product_id"],
                ["pieces:sum", "load_weight:sum", "balance:sum"],
            )
            for partner, product, pieces, weight, balance in groups:
                counted = volumes[partner.id][product.id]
                volumes[partner.id][product.id] = (
                    counted[0] + sign * (pieces or 0),
                    counted[1] + sign * (weight or 0.0),
                    counted[2] - (balance or 0.0),
                )
        return volumes

    def _get_turnover_by_taxes(self, start, end, partner):
        """Turnover of a client's period by the taxes with which it was invoiced.

        :return: ``{taxes: turnover in company currency}``; credit notes count against it
        :rtype: dict[account.tax, float]
        """
        self.ensure_one()
        # sudo: as for the volumes
        lines = self.env["account.move.line"].sudo().search(
            self._get_line_domain(start, end, partner)
            & Domain("move_id.move_type", "in", _SALES + _REFUNDS)
        )  # fmt: skip
        result = defaultdict(float)
        for line in lines:
            result[line.tax_ids] -= line.balance
        return dict(result)

    def _get_line_domain(self, start, end, partners=None):
        """Invoice lines that count.

        :rtype: Domain
        """
        self.ensure_one()
        domain = Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("display_type", "=", "product"),
                ("move_id.invoice_date", ">=", start),
                ("move_id.invoice_date", "<=", end),
                ("move_id.bonus_statement_id", "=", False),
                ("product_id.type", "!=", "service"),
                ("partner_id", "!=", False),
            ]
        )
        products = Domain.FALSE
        if self.categ_ids:
            products |= Domain("product_id.categ_id", "child_of", self.categ_ids.ids)
        if self.product_ids:
            products |= Domain("product_id.product_tmpl_id", "in", self.product_ids.ids)
        if self.categ_ids or self.product_ids:
            domain &= products
        if partners is not None:
            domain &= Domain("partner_id", "in", partners.ids)
        return domain & self._get_partner_domain("partner_id.")

    def _get_partner_domain(self, prefix=""):
        """Clients who take part.

        :param str prefix: path to the partner, with its dot
        :rtype: Domain
        """
        self.ensure_one()
        if not (self.client_kind_ids or self.tag_ids or self.partner_ids):
            return Domain.TRUE
        domain = Domain.FALSE
        if self.client_kind_ids or self.tag_ids:
            domain = Domain.TRUE
            if self.client_kind_ids:
                domain &= Domain(f"{prefix}client_kind_id", "in", self.client_kind_ids.ids)
            if self.tag_ids:
                domain &= Domain(f"{prefix}category_id", "in", self.tag_ids.ids)
        return domain | Domain(f"{prefix}id", "in", self.partner_ids.ids)

    def _takes_part(self, partner):
        """Tell whether a client takes part.

        :param partner: commercial ``res.partner``
        :rtype: bool
        """
        self.ensure_one()
        return bool(partner.filtered_domain(self._get_partner_domain()))
