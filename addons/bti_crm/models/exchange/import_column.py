from odoo import api, fields, models


class ImportColumn(models.Model):
    """What a column of a file is; without a field it is not read."""

    _name = "bti.import.column"
    _inherit = ["bti.import.part"]
    _description = "Column of an Import Profile"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    title = fields.Char("Title in the file", required=True)
    field = fields.Selection(
        selection="_get_field_choices",
        string="Is",
        help="Empty: the column is not read.",
    )
    is_key = fields.Boolean(
        "Key",
        help="By the columns that are keys, together, a second import knows a line again. Without"
        " any, the program takes what identifies such a line: code, fiscal number, number of the"
        " document.",
    )
    allowed_fields = fields.Json(compute="_compute_allowed_fields")

    @api.model
    def _tells_when_new(self):
        """A file that was read has all its titles."""
        return False

    @api.model
    def _get_field_choices(self):
        """The fields of all kinds, each once."""
        found = {}
        Kind = self.env["bti.import.kind"]
        for key in Kind._get_kinds():
            for field in Kind._get_kind(key)._get_fields():
                found.setdefault(field.name, field.label)
        return list(found.items())

    @api.model
    def _get_allowed(self, kind):
        """Names of the fields of one kind of file, for the list that one chooses from."""
        if not kind:
            return []
        return [field.name for field in self.env["bti.import.kind"]._get_kind(kind)._get_fields()]

    @api.depends("profile_id.kind")
    def _compute_allowed_fields(self):
        for column in self:
            column.allowed_fields = self._get_allowed(column.profile_id.kind)
