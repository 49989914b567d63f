import base64
import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tools.barcode import createBarcodeDrawing

from odoo.addons.bti_messaging.tools.plural import listed

# Letters and digits that nobody confuses when they are read aloud at the gate.
_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 6
PASS_FIELDS = (
    "gate_pass_name",
    "gate_pass_reference",
    "gate_pass_date",
    "gate_pass_user_id",
    "gate_pass_content",
)


class GatePassMixin(models.AbstractModel):
    """What leaves through the gate: a trip, or a load that the client fetches himself.

    The pass takes its number when it is issued, once the load is complete. What it lists is kept
    then: a copy that is printed later says what the first one said.
    """

    _name = "bti.gate.pass.mixin"
    _description = "Leaves with a Gate Pass"

    gate_pass_name = fields.Char("Gate pass", readonly=True, copy=False, index="btree_not_null")
    gate_pass_reference = fields.Char(
        "Gate pass reference",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Number and check letters, as in the QR code: type or scan it in the search box to"
        " find what the pass was issued for.",
        prefetch="gate_pass",
    )
    gate_pass_date = fields.Datetime(
        "Gate pass issued on", readonly=True, copy=False, prefetch="gate_pass"
    )
    gate_pass_user_id = fields.Many2one(
        "res.users",
        "Gate pass issued by",
        readonly=True,
        copy=False,
        prefetch="gate_pass",
    )
    gate_pass_content = fields.Json(
        "Content of the gate pass", readonly=True, copy=False, prefetch="gate_pass"
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """No pass is written by hand, from outside the program."""
        if any(vals.get(name) for vals in vals_list for name in PASS_FIELDS):
            self._check_writes_gate_pass()
        return super().create(vals_list)

    def write(self, vals):
        """No pass is written by hand, from outside the program."""
        if any(name in vals for name in PASS_FIELDS):
            self._check_writes_gate_pass()
        return super().write(vals)

    # === BUSINESS METHODS === #

    @api.model
    def _check_writes_gate_pass(self):
        if not self.env.su:
            raise AccessError(self.env._("A gate pass is issued by its button, never written."))

    def _get_gate_pass_loads(self):
        """Hook: the deliveries that leave with this pass."""
        raise NotImplementedError

    def _get_gate_pass_obstacles(self):
        """Hook: why the truck may not leave yet, in the user's words.

        :rtype: list[str]
        """
        self.ensure_one()
        loads = self._get_gate_pass_loads()
        if not loads:
            return [self.env._("There is nothing to load.")]
        obstacles = []
        not_begun = loads.filtered(lambda load: not load._has_begun_loading())
        if not_begun:
            obstacles.append(
                self.env._(
                    "Not being loaded yet: %(names)s.",
                    names=listed(self.env, not_begun.mapped("name")),
                )
            )
        obstacles += [
            text for load in loads if load.state != "done" and (text := load._get_shortage_text())
        ]
        return obstacles

    def _issue_gate_pass(self):
        """Give the pass its number and keep what it lists, once, when the load is complete.

        :raise AccessError: when the user does not work in the yard
        :raise UserError: naming what is missing
        """
        self._check_gate_pass_access()
        new = self.filtered(lambda record: not record.gate_pass_name)
        if not new:
            return
        try:
            new.lock_for_update()
        except LockError:
            raise UserError(
                self.env._("Somebody is printing this gate pass right now. Try again in a moment.")
            ) from None
        for record in new:
            obstacles = record._get_gate_pass_obstacles()
            if obstacles:
                raise UserError(
                    self.env._(
                        "No gate pass for %(name)s yet: the load is not complete.\n%(reasons)s",
                        name=record.display_name,
                        reasons="\n".join(obstacles),
                    )
                )
            record._get_gate_pass_loads()._check_not_more_than_planned()
            name = record.company_id._next_number("bti.gate.pass")
            code = "".join(secrets.choice(_CODE_LETTERS) for _index in range(_CODE_LENGTH))
            # sudo: who issues was just checked, and nobody else writes a pass
            record.sudo().write(
                {
                    "gate_pass_name": name,
                    "gate_pass_reference": f"{name}-{code}",
                    "gate_pass_date": fields.Datetime.now(),
                    "gate_pass_user_id": self.env.uid,
                    "gate_pass_content": record._prepare_gate_pass_content(),
                }
            )

    def _check_gate_pass_access(self):
        """Check that the user may issue and cancel these passes.

        :raise AccessError: when he may not
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("stock.group_stock_user"):
            raise AccessError(self.env._("Only the yard issues and cancels gate passes."))

    def _prepare_gate_pass_content(self):
        """What the pass lists, as plain values, in the language of who issues it.

        :rtype: dict
        """
        self.ensure_one()
        loads = self._get_gate_pass_loads()
        first = loads[:1]
        kind = first.trip_vehicle_id.category_id
        return {
            "plate": first.trip_vehicle_id.license_plate or "",
            "truck_kind": kind._get_paper_name() if kind else "",
            "driver": first.trip_driver_id.name or "",
            "weight": sum(loads.mapped("total_load_weight")),
            "pieces": sum(loads.mapped("total_pieces")),
            "pallets": sum(loads.mapped("total_pallets")),
            "loads": [
                {
                    "name": load.name,
                    # sudo: the yard may not read orders
                    "client": (
                        load.sudo().sale_id.partner_id or load.partner_id
                    ).commercial_partner_id.name
                    or "",
                    "city": load.partner_city or "",
                    "lines": load._get_load_lines(),
                }
                for load in loads
            ],
        }

    def _get_gate_pass_qr(self):
        """QR code of the pass: its number and check letters.

        Drawn as SVG: sharp on paper, and no raster library is needed.

        :return: SVG image in base64
        :rtype: str
        """
        self.ensure_one()
        drawing = createBarcodeDrawing("QR", value=self.gate_pass_reference, width=200, height=200)
        return base64.b64encode(drawing.asString("svg").encode()).decode()

    @api.model
    def _get_gate_pass_report(self):
        """Hook: the report action that prints the pass of this model."""
        raise NotImplementedError

    def action_print_gate_pass(self):
        """Issue the gate pass and print it."""
        self._issue_gate_pass()
        return self._get_gate_pass_report().report_action(self)

    def action_cancel_gate_pass(self):
        """Take back passes whose trucks are still in the yard: their loads may be changed again.

        The number stays used; the next pass has a new one.

        :raise AccessError: when the user does not work in the yard
        :raise UserError: when a truck has left with its pass
        """
        self._check_gate_pass_access()
        for record in self.filtered("gate_pass_name"):
            number = record.gate_pass_name
            if any(load._has_left() for load in record._get_gate_pass_loads()):
                raise UserError(
                    self.env._(
                        "The truck has left with gate pass %(number)s: it stays as it is.",
                        number=number,
                    )
                )
            # sudo: as when it is issued
            record.sudo().write(dict.fromkeys(PASS_FIELDS, False))
            record.message_post(body=self.env._("Gate pass %(number)s cancelled.", number=number))
        return True
