from odoo import api, fields, models
from odoo.tools import float_compare, groupby
from odoo.tools.misc import formatLang


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    def _get_numbering(self):
        return {
            **super()._get_numbering(),
            "sale.order": ("Pro-forma invoices", "PF"),
            "bti.order.confirmation": ("Order confirmations", "BC"),
        }


class SaleOrder(models.Model):
    """Papers of an order: pro-forma invoice, order confirmation, what the client finds online."""

    _inherit = "sale.order"

    order_confirmation_name = fields.Char(
        "Order confirmation",
        readonly=True,
        copy=False,
        index="trigram",
        help="Number of the order confirmation, given once when the order is confirmed.",
    )

    # === COMPUTE METHODS === #

    @api.depends("state")
    def _compute_type_name(self):
        result = super()._compute_type_name()
        for order in self.filtered(lambda order: order.state == "sale"):
            order.type_name = self.env._("Order")  # what its client calls it
        return result

    # === ACTION METHODS === #

    def _action_confirm(self):
        """Number the order confirmation, once: a reopened order keeps its number."""
        for order in self.filtered(lambda order: not order.order_confirmation_name):
            # sudo: written by the program only
            order.sudo().order_confirmation_name = order.company_id._next_number(
                "bti.order.confirmation"
            )
        return super()._action_confirm()

    # === BUSINESS METHODS === #

    def _is_order_confirmation(self):
        """Tell whether the order's document is its confirmation; before, it is the pro-forma.

        :rtype: bool
        """
        self.ensure_one()
        return self.state == "sale" and not self.env.context.get("proforma")

    def _get_document_number(self):
        """The one number by which other papers name this order: that of its confirmation.

        :rtype: str
        """
        return self and (self.order_confirmation_name or self.name) or ""

    def _get_grouped_load_plan(self):
        """The planned trucks for the order's documents, those with the same load together.

        :return: couples (number of trucks, what each of them takes)
        :rtype: list[tuple[int, str]]
        """
        self.ensure_one()
        return [
            (len(list(same)), text) for text, same in groupby(self._get_load_plan_for_document())
        ]

    def _find_mail_template(self):
        """Send the pro-forma until the order is confirmed, its confirmation afterwards."""
        template = super()._find_mail_template()
        natives = ("sale.email_template_proforma", "sale.email_template_edi_sale")
        if template and template in self._get_templates(natives):
            return self._get_templates(["bti_sales.mail_template_pro_forma"]) or template
        return template

    def _get_confirmation_template(self):
        """Ours in the place of Odoo's; one that the company has chosen stays."""
        template = super()._get_confirmation_template()
        if template and template in self._get_templates(["sale.mail_template_sale_confirmation"]):
            return self._get_templates(["bti_sales.mail_template_order_confirmation"]) or template
        return template

    def _get_templates(self, xmlids):
        """Those of some e-mail templates that have not been deleted."""
        templates = self.env["mail.template"]
        for xmlid in xmlids:
            templates |= self.env.ref(xmlid, raise_if_not_found=False) or templates
        return templates

    def _get_portal_documents(self):
        """The papers of this order that its client finds online.

        :return: dicts ``kind`` (translated), ``name``, ``date``, ``url``, in the order in which
            they came
        :rtype: list[dict]
        """
        self.ensure_one()
        documents = [
            {
                "kind": self.env._("Pro-forma invoice"),
                "name": self.name,
                "date": self.create_date if self.state == "sale" else self.date_order,
                "url": self.get_portal_url(
                    report_type="pdf", download=True, query_string="&document=pro_forma"
                ),
            }
        ]
        if self.state == "sale":
            documents.append(
                {
                    "kind": self.env._("Order confirmation"),
                    "name": self.order_confirmation_name or self.name,
                    "date": self.date_order,
                    "url": self.get_portal_url(report_type="pdf", download=True),
                }
            )
        for picking in self.picking_ids.sorted("id"):
            if picking._is_delivery() and picking._is_delivery_note_public():
                documents.append(
                    {
                        "kind": self.env._("Delivery note"),
                        "name": picking.name,
                        "date": picking.date_done or picking.scheduled_date,
                        "url": f"/my/picking/pdf/{picking.id}"
                        f"?access_token={self._portal_ensure_token()}",
                    }
                )
        for invoice in self.invoice_ids.filtered(lambda move: move.state == "posted").sorted("id"):
            credit_note = invoice.move_type == "out_refund"
            documents.append(
                {
                    "kind": self.env._("Credit note") if credit_note else self.env._("Invoice"),
                    "name": invoice.name,
                    "date": invoice.invoice_date,
                    "url": invoice.get_portal_url(report_type="pdf", download=True),
                }
            )
        return documents

    def _get_report_base_filename(self):
        """Name the file that the client downloads after its document."""
        self.ensure_one()
        if self._is_order_confirmation():
            return self.env._(
                "Order confirmation %(name)s", name=self.order_confirmation_name or self.name
            )
        return self.env._("Pro-forma invoice %(name)s", name=self.name)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_document_prices(self):
        """Unit prices of the line in words, before discount, for the order's documents.

        The first is that of the unit sold, the second the other one of piece and pallet. A price
        per piece that is no whole number of centimes shows two decimals more.

        :return: texts, e.g. ``["10,626.00 / pal.", "42.00 / pc"]``
        :rtype: list[str]
        """
        self.ensure_one()
        size, by_pallet = self.pieces_per_pallet, self.product_uom_id.is_pallet
        digits = self.currency_id.decimal_places or 0
        per_piece = self.price_unit / size if by_pallet and size else self.price_unit
        exact = float_compare(per_piece, round(per_piece, digits), precision_digits=4) == 0
        piece = self.env._(
            "%(price)s / pc",
            price=formatLang(self.env, per_piece, digits=digits if exact else digits + 2),
        )
        if not size or not (by_pallet or self.full_pallets):
            return [piece]
        pallet = self.env._(
            "%(price)s / pal.",
            price=formatLang(
                self.env, self.price_unit if by_pallet else per_piece * size, digits=digits
            ),
        )
        return [pallet, piece] if by_pallet else [piece, pallet]
