from odoo import api, fields, models, tools
from odoo.exceptions import UserError


class DeliveryStage(models.Model):
    """A step that a delivery passes, as the brickworks names and orders them.

    What the program needs to know of a step is its ``kind`` and its switches; a step without kind
    is an extra one of the company's own.
    """

    _name = "bti.delivery.stage"
    _description = "Delivery Stage"
    _inherit = ["bti.cached.mixin"]
    _cached_in = "stable"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("planned", "Planned"),
            ("loading", "Loading"),
            ("weighed", "Weighed"),
            ("left", "Left"),
            ("arrived", "Arrived"),
            ("delivered", "Delivered"),
            ("refused", "Refused"),
            ("closed", "Closed"),
        ],
        help="What this stage means to the program. Leave empty for an extra step of your own.",
    )
    client_label = fields.Char(
        translate=True,
        help="What the client reads on the tracking page. Leave empty to hide this stage there.",
    )
    needs_proof = fields.Boolean(
        help="A delivery enters this stage only with a signature or a photo attached to it."
    )
    validates_transfer = fields.Boolean(
        "Moves the goods out of stock",
        help="Entering this stage validates the transfer: the goods leave the stock.",
    )
    fold = fields.Boolean("Folded in the board")

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: deliveries of companies that the user does not see count too
        used_by = {
            stage.id: count
            for stage, count in self.env["stock.picking"]
            .sudo()
            ._read_group([("stage_id", "in", self.ids)], ["stage_id"], ["__count"])
        }
        passed = self.env["bti.delivery.step"].sudo().search([("stage_id", "in", self.ids)])
        for stage in self:
            if used_by.get(stage.id) or stage in passed.stage_id:
                raise UserError(
                    self.env._(
                        "Deliveries are at stage “%(stage)s” or have passed it, so it cannot be"
                        " deleted. Archive it instead: it then takes no more deliveries.",
                        stage=stage.name,
                    )
                )

    # === BUSINESS METHODS === #

    @api.model
    @tools.ormcache(cache="stable")
    def _get_route_ids(self):
        """Ids of the active stages in their order.

        Cached, because each new delivery asks for the first one.

        :rtype: tuple[int]
        """
        # sudo: the stages are the same for everybody
        return tuple(self.sudo().search([("active", "=", True)])._ids)

    @api.model
    def _get_first_stage(self):
        """The stage of a new delivery: the first one, normally of kind "planned".

        :return: ``bti.delivery.stage``, empty when there is none
        """
        return self.browse(self._get_route_ids()[:1])

    def _get_next_stage(self):
        """The stage after this one, empty after the last; a refusal is never what comes next."""
        self.ensure_one()
        later = [
            stage
            for stage in self.browse(self._get_route_ids())
            if stage.kind != "refused" and stage._can_follow(self)
        ]
        return later[0] if later else self.browse()

    def _is_after(self, other):
        """Tell whether this stage comes after another one; every stage is after none.

        :param other: ``bti.delivery.stage``, may be empty
        """
        self.ensure_one()
        return not other or (self.sequence, self.id) > (other.sequence, other.id)

    def _is_beyond(self, kind):
        """Tell whether a delivery at this stage has come to a kind of stage, or further.

        A company need not have a stage of that kind: the first one that comes later counts.

        :param str kind: a kind of stage, in their usual order
        :rtype: bool
        """
        self.ensure_one()
        kinds = self._get_kinds_from(kind)
        first = self.browse(self._get_route_ids()).filtered(lambda stage: stage.kind in kinds)[:1]
        return self.kind in kinds or (bool(first) and self._is_after(first))

    @api.model
    def _get_kinds_from(self, kind):
        """A kind of stage and those that come after it.

        :rtype: list[str]
        """
        kinds = [value for value, _label in self._fields["kind"].selection]
        return kinds[kinds.index(kind) :]

    def _can_follow(self, other):
        """Tell whether a delivery may go from another stage to this one: forward only, and what
        was refused on site is not handed over any more.

        :param other: ``bti.delivery.stage``, may be empty
        """
        self.ensure_one()
        if not self._is_after(other):
            return False
        return other.kind != "refused" or not self._hands_over()

    def _hands_over(self):
        """Tell whether a delivery at this stage is on its way to the client, or with him."""
        self.ensure_one()
        return self.validates_transfer or self.kind not in (False, "refused", "closed")

    def _is_transfer_due(self):
        """Tell whether the goods of a delivery at this stage have left the stock."""
        return any(
            stage.validates_transfer and not stage._is_after(self)
            for stage in self | self.browse(self._get_route_ids())
        )

    def _get_passed_since(self, other):
        """The stages that a delivery enters on its way from another stage to this one.

        A refusal is a branch: it is not passed on the way to another stage, and nothing is handed
        over on the way to it.

        :param other: ``bti.delivery.stage`` where it is now, may be empty
        :return: ``bti.delivery.stage`` in their order, this one included
        """
        self.ensure_one()
        between = self.browse(self._get_route_ids()).filtered(
            lambda stage: (
                stage.kind != "refused" and stage._can_follow(other) and self._is_after(stage)
            )
        )
        if self.kind == "refused":
            handed = between.filtered(
                lambda stage: (
                    stage.kind == "delivered" or (stage.validates_transfer and not stage.kind)
                )
            )[:1]
            between = between.filtered(lambda stage: not handed or handed._is_after(stage))
        return between | self
