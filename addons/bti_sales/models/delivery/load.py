from odoo import api, fields, models

from odoo.addons.bti_messaging.tools.plural import listed

from ...tools import loading


class StockPicking(models.Model):
    """What a delivery weighs and how much room it takes on the truck."""

    _inherit = "stock.picking"

    # Stored, so that the dispatcher's lists add them up by day, wilaya or trip.
    total_pieces = fields.Integer(
        "Pieces", compute="_compute_load", store=True, help="Whole pieces of the load."
    )
    total_pallets = fields.Integer("Full pallets", compute="_compute_load", store=True)
    total_places = fields.Integer(
        "Pallet places",
        compute="_compute_load",
        store=True,
        help="Places on the truck: full pallets, and the room that loose pieces take.",
    )
    total_load_weight = fields.Float(
        "Load weight (kg)",
        compute="_compute_load",
        store=True,
        digits="Stock Weight",
        help="Pieces and pallets, in kg.",
    )
    load_summary = fields.Char(
        "Load", compute="_compute_load_summary", compute_sudo=True, help="Products of the load."
    )

    calendar_title = fields.Char(
        "Title in the calendar",
        compute="_compute_calendar_title",
        compute_sudo=True,
        help="What is delivered to whom, for a calendar that has room for one line.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "move_ids.pieces",
        "move_ids.full_pallets",
        "move_ids.load_places",
        "move_ids.load_weight",
    )
    def _compute_load(self):
        for picking in self:
            moves = picking.move_ids
            # what is sent back is no load
            picking.total_pieces = sum(move.pieces for move in moves if move.pieces > 0)
            picking.total_pallets = sum(move.full_pallets for move in moves if move.pieces > 0)
            picking.total_places = sum(move.load_places for move in moves if move.pieces > 0)
            picking.total_load_weight = sum(move.load_weight for move in moves if move.pieces > 0)

    @api.depends(
        "move_ids.state",
        "move_ids.product_id",
        "move_ids.product_uom",
        "move_ids.product_uom_qty",
        "move_ids.quantity",
    )
    @api.depends_context("lang")
    def _compute_load_summary(self):
        for picking in self:
            picking.load_summary = listed(
                self.env,
                (f"{line['product']} {line['load']}" for line in picking._get_load_lines()),
            )

    @api.depends("name", "partner_id.commercial_partner_id.name", "load_summary")
    @api.depends_context("lang")
    def _compute_calendar_title(self):
        for picking in self:
            parts = [part for part in picking._get_calendar_parts() if part]
            picking.calendar_title = " · ".join(parts) or picking.name

    # === HOOKS === #

    def _get_calendar_parts(self):
        """Hook: what a calendar says of this delivery, the most important first.

        :return: texts; empty ones are left out
        :rtype: list
        """
        self.ensure_one()
        return [self.partner_id.commercial_partner_id.name, self.load_summary]

    # === BUSINESS METHODS === #

    def _get_load_parts(self):
        """The moves of this load with what the truck carries of each.

        :return: list of ``(stock.move, loading.Part)``
        """
        self.ensure_one()
        parts = []
        for move in self.move_ids:
            item = move._get_load_item()
            if item is None or item.pieces <= 0:
                continue
            full_pallets, loose_pieces = item.split
            parts.append((move, loading.Part(item, full_pallets, loose_pieces)))
        return parts

    def _get_load_lines(self):
        """The load as plain values, one line per product, for pages, documents and messages.

        :return: list of dict: ``product`` (short name), ``pieces``, ``pallets``,
            ``pieces_per_pallet``, ``loose``, ``weight`` (kg) and ``load`` (pallets and loose
            pieces in the user's words)
        """
        self.ensure_one()
        lines = []
        for move, part in self._get_load_parts():
            lines.append(
                {
                    "product": move.product_id.name,
                    "pieces": part.pieces,
                    "pallets": part.full_pallets,
                    "pieces_per_pallet": part.item.pieces_per_pallet,
                    "loose": part.loose_pieces,
                    "weight": part.weight_g / 1000,
                    "load": self.env["sale.order.line"]._format_load(
                        part.full_pallets, part.loose_pieces
                    ),
                }
            )
        return lines

    def _get_delivery_views(self):
        """Views of an action that shows deliveries as the yard sees them.

        :return: pairs (view id, view type)
        """
        return [
            (self.env.ref("bti_sales.delivery_view_list").id, "list"),
            (self.env.ref("bti_sales.delivery_view_kanban").id, "kanban"),
            (False, "form"),
        ]
