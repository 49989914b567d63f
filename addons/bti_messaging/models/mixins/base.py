from odoo import api, models
from odoo.exceptions import AccessError


def is_ours(*modules):
    """Whether all modules are addons of BTI e-CRM."""
    return bool(modules) and all(module.startswith("bti_") for module in modules)


class Base(models.AbstractModel):
    """What we add to Odoo's own models and mark as readonly is written by the program only.

    For Odoo ``readonly`` is a matter of screens: whoever may write an order, a conversation or a
    contact writes every field of it through RPC. Our readonly fields tell what the program knows
    (which client a conversation is with, how heavy a load is), so it writes them with ``sudo()``.
    Looked at where records are written: Odoo's own hooks on the access to a field are called at
    every reading too, which typing an order felt.
    """

    _inherit = "base"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        names = {name for vals in vals_list for name in vals}
        names.update(key[8:] for key in self.env.context if key.startswith("default_"))
        self._check_written_by_user(names)
        return super().create(vals_list)

    def write(self, vals):
        self._check_written_by_user(vals)
        return super().write(vals)

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        self._check_written_by_user([field_name])
        return super()._update_field_translations(field_name, translations, digest, source_lang)

    # === BUSINESS METHODS === #

    def _check_written_by_user(self, names):
        """Refuse what only the program writes.

        :param names: names of fields that are about to be written; unknown ones are Odoo's matter
        :raise AccessError: a user writes a readonly field of ours on a model that is not ours
        """
        if self.env.su or is_ours(self._original_module):
            return
        for name in names:
            field = self._fields.get(name)
            if field and field.readonly and is_ours(*field._modules):
                raise AccessError(
                    self.env._(
                        "The field “%(field)s” of %(document)s is written by the program only.",
                        field=field.name,
                        document=self._description,
                    )
                )
