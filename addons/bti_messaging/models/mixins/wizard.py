from odoo import Command, api, models


class BtiWizardMixin(models.AbstractModel):
    """A wizard tells nothing about a record that its user may not read.

    Odoo lets a wizard name any record, and reads it with all rights for its title, for related
    fields and for what is computed and stored.
    """

    _name = "bti.wizard.mixin"
    _description = "Names Only Records that Its User May Read"

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        self._check_named(values)
        return values

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_named(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_named(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        self._check_named(values)
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _check_named(self, vals):
        """:raise AccessError: a value names a record that the user may not read"""
        if self.env.su:
            return
        for name, value in vals.items():
            field = self._fields.get(name)
            if isinstance(value, dict):  # of a line that is being typed: the record that holds it
                value = value.get("id")
            if not field or not value:
                continue
            if field.type == "many2one":
                self.env[field.comodel_name].browse(value).check_access("read")
            elif field.type == "reference":
                model, _comma, record_id = str(value).partition(",")
                if model in self.env and record_id.isdigit():
                    self.env[model].browse(int(record_id)).check_access("read")
            elif field.type == "many2many":
                self.env[field.comodel_name].browse(self._get_linked(value)).check_access("read")

    @api.model
    def _get_linked(self, value):
        """:return: ids that a value of a many2many field, ids or commands, adds to it"""
        linked = []
        for item in value:
            if isinstance(item, int):
                linked.append(item)
            elif item[0] in (Command.LINK, Command.UPDATE):
                linked.append(item[1])
            elif item[0] == Command.SET:
                linked.extend(item[2])
        return linked
