from odoo import api, fields, models
from odoo.fields import Domain


class StockPicking(models.Model):
    """One outgoing transfer is one load: what one truck takes to one site.

    This file holds what a load is; ``stage_move`` how it goes on, ``transfer`` how its goods leave
    the stock, ``load`` what it weighs.
    """

    _inherit = "stock.picking"

    stage_id = fields.Many2one(
        "bti.delivery.stage",
        "Delivery stage",
        compute="_compute_stage_id",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
        group_expand="_read_group_stage_ids",
    )
    stage_kind = fields.Selection(related="stage_id.kind", string="Kind of stage")
    next_stage_id = fields.Many2one(
        "bti.delivery.stage", "Next stage", compute="_compute_next_stage_id"
    )
    next_stage_validates = fields.Boolean(
        compute="_compute_next_stage_id", help="The next stage takes the goods out of stock."
    )
    step_ids = fields.One2many(
        "bti.delivery.step", "picking_id", "Steps", readonly=True, copy=False
    )
    sale_user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        related="sale_id.user_id",
        store=True,
        index="btree_not_null",
        help="Salesperson of the order.",
    )
    partner_state_id = fields.Many2one("res.country.state", "Wilaya", related="partner_id.state_id")
    partner_city = fields.Char(
        "Commune",
        compute="_compute_partner_city",
        search="_search_partner_city",
        compute_sudo=True,
    )
    partner_phone = fields.Char("Phone", related="partner_id.phone")
    site_access = fields.Text(related="partner_id.site_access")
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    # === COMPUTE METHODS === #

    @api.depends("partner_id.city", "partner_id.city_id.name")
    @api.depends_context("lang")
    def _compute_partner_city(self):
        for picking in self:
            partner = picking.partner_id
            picking.partner_city = partner.city_id.name or partner.city

    def _search_partner_city(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        names = ("partner_id.city", "partner_id.city_id.name")
        return Domain.OR(Domain(name, operator, value) for name in names)

    @api.depends("picking_type_id", "return_id", "location_dest_id")
    def _compute_stage_id(self):
        first_stage = self.env["bti.delivery.stage"]._get_first_stage()
        for picking in self:
            if not picking._is_delivery():
                picking.stage_id = False
            elif not picking.stage_id and not picking.replacement_id:
                picking.stage_id = first_stage

    @api.depends("stage_id", "state")
    def _compute_next_stage_id(self):
        for picking in self:
            picking.next_stage_id = (
                picking.stage_id._get_next_stage()
                if picking.stage_id and picking.state != "cancel"
                else False
            )
            picking.next_stage_validates = picking.next_stage_id.validates_transfer

    @api.depends("scheduled_date", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for picking in self:
            picking.is_late = (
                picking.state not in ("done", "cancel")
                and picking.scheduled_date
                and picking.scheduled_date < now
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("stage_id", "!=", False),
            ("state", "not in", ("done", "cancel")),
            ("scheduled_date", "<", "now"),
        ]

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Show the columns of all active stages, and those that still hold deliveries."""
        shown = stages | stages.browse(stages._get_route_ids())
        return shown.sorted(lambda stage: (stage.sequence, stage.id))

    # === BUSINESS METHODS === #

    def _is_delivery(self):
        """Tell whether this transfer is a load for a client, that is, has delivery stages.

        What goes out again after it came back is one; what goes back to a supplier is none.

        :rtype: bool
        """
        self.ensure_one()
        return self.picking_type_id.code == "outgoing" and (
            not self.return_id or self.location_dest_id._is_outgoing()
        )

    def _is_refused(self):
        """Tell whether the client refused this load on site.

        :rtype: bool
        """
        self.ensure_one()
        return "refused" in (self.stage_id | self.step_ids.stage_id).mapped("kind")

    def _has_delivery_proof(self):
        """Hook: tell whether something proves that the client took the load.

        :rtype: bool
        """
        self.ensure_one()
        return bool(
            self.signature
            or self.env["ir.attachment"].search_count(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("res_field", "=", False),
                    ("mimetype", "=like", "image/%"),
                    # the driver's, not what the client sent before he came
                    ("bti_from_client", "!=", True),
                ],
                limit=1,
            )
        )

    @api.model
    def _init_stages(self):
        """Give the deliveries that were there before the addon their stage, in two statements."""
        Stage = self.env["bti.delivery.stage"]
        first_stage = Stage._get_first_stage()
        done_stage = Stage.browse(Stage._get_route_ids()).filtered("validates_transfer")[:1]
        types = self.env["stock.picking.type"].with_context(active_test=False)
        deliveries = [
            ("picking_type_id", "in", types.search([("code", "=", "outgoing")]).ids),
            ("stage_id", "=", False),
            "|",
            ("return_id", "=", False),
            ("location_dest_id.usage", "=", "customer"),
            ("replacement_id", "=", False),
        ]
        for stage, states in (
            (first_stage, ("draft", "waiting", "confirmed", "assigned")),
            (done_stage, ("done",)),
        ):
            pickings = self.sudo().search([*deliveries, ("state", "in", states)])
            if stage and pickings:
                # SQL: history is set without messages, rules or transfers
                self.env.cr.execute(
                    "UPDATE stock_picking SET stage_id = %s WHERE id IN %s",
                    [stage.id, tuple(pickings.ids)],
                )
                pickings.invalidate_recordset(["stage_id"])
