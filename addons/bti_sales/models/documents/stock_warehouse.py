from odoo import models


class StockWarehouse(models.Model):
    """Delivery notes are numbered per company and year: BL/2026/00001."""

    _inherit = "stock.warehouse"

    def _get_sequence_values(self, name=False, code=False):
        values = super()._get_sequence_values(name=name, code=code)
        values["out_type_id"].update(self._get_delivery_numbering(code or self.code))
        return values

    def _get_delivery_numbering(self, code):
        """Values of the sequence of the delivery notes of one warehouse.

        A company's first warehouse has plain numbers; the others name themselves, as a number is
        given once per company.

        :param str code: short name of the warehouse
        :rtype: dict
        """
        # sudo: the number must not depend on the warehouses that the user sees
        first = (
            self.sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", self.company_id.id)], order="id", limit=1)
        )
        prefix = "BL" if not first or first == self else f"BL/{code}"
        return {"prefix": f"{prefix}/%(range_year)s/", "use_date_range": True}

    def _set_delivery_numbering(self):
        """Number the delivery notes of existing warehouses, unless somebody has set a prefix."""
        for warehouse in self:
            sequence = warehouse.out_type_id.sequence_id
            if sequence and sequence.prefix == warehouse._get_native_delivery_prefix():
                sequence.write(warehouse._get_delivery_numbering(warehouse.code))

    def _unset_delivery_numbering(self):
        """Give the delivery notes Odoo's numbers back."""
        for warehouse in self:
            sequence = warehouse.out_type_id.sequence_id
            if sequence.prefix == warehouse._get_delivery_numbering(warehouse.code)["prefix"]:
                sequence.date_range_ids.unlink()
                sequence.write(
                    {"prefix": warehouse._get_native_delivery_prefix(), "use_date_range": False}
                )

    def _get_native_delivery_prefix(self):
        return f"{self.code}/{self.out_type_id.sequence_code or 'OUT'}/"
