from odoo import api, models


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
        for name, value in vals.items():
            field = self._fields.get(name)
            if field and field.type == "many2one" and value and not self.env.su:
                self.env[field.comodel_name].browse(value).check_access("read")
