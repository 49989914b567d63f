from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import quantity_entry


class BtiEntryMixin(models.AbstractModel):
    """What somebody typed on a line: pieces, pallets, trucks, tonnes or square metres.

    The entry sets the native quantity, which stays the truth. It is kept as long as that is what
    it made of it; a quantity written directly forgets it: each model says by an onchange of its
    native fields when that is (:meth:`_forget_other_entry`).
    """

    _name = "bti.entry.mixin"
    _description = "Quantity as It Was Asked"

    entry_quantity = fields.Float(
        "Quantity asked",
        digits=(16, 2),
        help="Quantity as it was asked, in the unit beside it: 35 m² of floor, 7 trucks.",
    )
    entry_unit = fields.Selection(
        [
            (quantity_entry.PIECE, "Pieces"),
            (quantity_entry.PALLET, "Pallets"),
            (quantity_entry.TRUCK, "Trucks"),
            (quantity_entry.TONNE, "Tonnes"),
            (quantity_entry.AREA, "m²"),
        ],
        "Unit asked",
    )
    entry_data = fields.Json(
        compute="_compute_entry_data",
        help="What a screen needs to convert a quantity while it is being typed.",
    )

    # === COMPUTE METHODS === #

    def _compute_entry_data(self):
        """Hook: see :meth:`sale.order.line._prepare_entry_data`."""
        self.entry_data = False

    # === ONCHANGE METHODS === #

    @api.onchange("entry_quantity", "entry_unit", "product_id")
    def _onchange_entry(self):
        if not self.entry_unit or not self.product_id:
            return None
        try:
            self.update(self._get_entry_vals())
        except UserError as error:
            self._forget_entry()
            return {"warning": {"title": self.env._("Quantity"), "message": error.args[0]}}
        return None

    # === HOOKS === #

    def _get_entry_vals(self):
        """Hook: quantity and unit of the line for what was typed.

        :rtype: dict
        :raise UserError: when the product or the truck cannot be counted in this unit
        """
        raise NotImplementedError

    def _is_made_by_entry(self):
        """Hook: tell whether the line's pieces are those that its entry makes.

        :rtype: bool
        """
        raise NotImplementedError

    @api.model
    def _prepare_entry_create_vals(self, vals):
        """Hook: what an entry sets on a new line.

        :param dict vals: values of the line, with ``entry_unit``
        :return: the values to add
        :rtype: dict
        """
        raise NotImplementedError

    # === BUSINESS METHODS === #

    @api.model
    def _complete_entries(self, vals_list):
        """Values of new lines, with the quantity of those that say what was asked.

        :rtype: list[dict]
        """
        return [
            {**vals, **self._prepare_entry_create_vals(vals)} if vals.get("entry_unit") else vals
            for vals in vals_list
        ]

    def _forget_entry(self):
        """The quantity is no longer what was asked."""
        self.entry_unit = False  # first: a quantity in a unit would set the line's
        self.entry_quantity = 0.0

    def _forget_other_entry(self):
        """Forget what was asked where the quantity is no longer what it makes."""
        changed = self.filtered(lambda line: line.entry_unit and not line._is_made_by_entry())
        if changed:
            changed._forget_entry()
