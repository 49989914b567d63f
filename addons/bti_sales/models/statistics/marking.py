from odoo import api, models


class SaleOrder(models.Model):
    """Orders mark their clients as enquiries do."""

    _name = "sale.order"
    _inherit = ["sale.order", "bti.client.stat.marking.mixin"]


class AccountMove(models.Model):
    """Invoices mark their clients when they are posted or taken back: one INSERT for all."""

    _inherit = "account.move"

    def _mark_clients(self):
        self.env["bti.client.stat.dirty"]._mark(
            self.filtered(lambda move: move.is_sale_document()).commercial_partner_id
        )

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._mark_clients()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._mark_clients()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._mark_clients()
        return result


class AccountPartialReconcile(models.Model):
    """A payment that is matched with an invoice, or taken off it, changes what its client owes."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._mark_clients()
        return partials

    def unlink(self):
        self._mark_clients()
        return super().unlink()

    def _mark_clients(self):
        moves = (self.debit_move_id | self.credit_move_id).move_id
        moves._mark_clients()
