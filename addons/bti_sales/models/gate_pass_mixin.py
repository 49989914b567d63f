import base64
import secrets

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools.barcode import createBarcodeDrawing

# Letters and digits that nobody confuses when they are read aloud at the gate.
_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 6


class GatePassMixin(models.AbstractModel):
    """What leaves through the gate: a trip, or a load that the client fetches himself.

    The pass takes its number when it is first printed, once the load is complete, and keeps it.
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
    )
    gate_pass_date = fields.Datetime("Gate pass issued on", readonly=True, copy=False)
    gate_pass_user_id = fields.Many2one(
        "res.users", "Gate pass issued by", readonly=True, copy=False
    )

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
                    "Not being loaded yet: %(names)s.", names=", ".join(not_begun.mapped("name"))
                )
            )
        obstacles += [
            text for load in loads if load.state != "done" and (text := load._get_shortage_text())
        ]
        return obstacles

    def _issue_gate_pass(self):
        """Give the pass its number, once, and only when the load is complete.

        :raise UserError: naming what is missing
        """
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
            name = record.company_id._next_number("bti.gate.pass")
            code = "".join(secrets.choice(_CODE_LETTERS) for _index in range(_CODE_LENGTH))
            record.write(
                {
                    "gate_pass_name": name,
                    "gate_pass_reference": f"{name}-{code}",
                    "gate_pass_date": fields.Datetime.now(),
                    "gate_pass_user_id": self.env.uid,
                }
            )

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
