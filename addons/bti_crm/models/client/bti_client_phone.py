from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BtiClientPhone(models.Model):
    """A further number of a contact, in one form, and what it is for.

    The number in the contact's own field stays the first: messages go there. By these he is
    found and recognised.
    """

    _name = "bti.client.phone"
    _description = "Further Phone Number"
    _inherit = "bti.fact.mixin"
    _order = "partner_id, sequence, id"
    _rec_name = "number"

    number = fields.Char(required=True)
    # in the international form without spaces, as numbers are compared
    number_e164 = fields.Char(
        compute="_compute_number_e164",
        store=True,
        compute_sudo=True,
        precompute=True,
        export_string_translation=False,
    )
    use_id = fields.Many2one("bti.phone.use", "For", ondelete="restrict")
    note = fields.Char(help="Whose number it is, when it is answered.")
    sequence = fields.Integer(default=10)

    _number_once = models.Constraint(
        "UNIQUE(partner_id, number_e164)",
        "This client has this number already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("number", "partner_id.country_id", "partner_id.company_id")
    def _compute_number_e164(self):
        for phone in self:
            found = phone.partner_id._bti_read_numbers(phone.number)
            phone.number_e164 = found[0].e164 if len(found) == 1 else False

    # === CONSTRAINT METHODS === #

    @api.constrains("number_e164")
    def _check_number(self):
        for phone in self:
            if not phone.number_e164:
                raise ValidationError(
                    self.env._(
                        "“%s” is not a phone number: write one number in each line.",
                        phone.number,
                    )
                )

    # === ONCHANGE METHODS === #

    @api.onchange("number")
    def _onchange_number(self):
        self.number = self._format(self.number, self.partner_id)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        Partner = self.env["res.partner"]
        return super().create(
            [
                {
                    **vals,
                    "number": self._format(
                        vals.get("number"), Partner.browse(vals.get("partner_id"))
                    ),
                }
                for vals in vals_list
            ]
        )

    def write(self, vals):
        if vals.get("number"):
            partner = self.partner_id[:1]
            vals = {**vals, "number": self._format(vals["number"], partner)}
        return super().write(vals)

    # === BUSINESS METHODS === #

    @api.model
    def _format(self, number, partner):
        """The number as all are shown, whatever the spelling; as typed when it is none."""
        if not number:
            return number
        formatted = partner._phone_format(number=number, force_format="INTERNATIONAL")
        return formatted or number
