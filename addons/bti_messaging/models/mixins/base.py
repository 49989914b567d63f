from odoo import models
from odoo.exceptions import AccessError


def is_ours(*modules):
    """Whether all modules are addons of BTI e-CRM."""
    return bool(modules) and all(module.startswith("bti_") for module in modules)


class Base(models.AbstractModel):
    _inherit = "base"

    def _check_field_access(self, field, operation):
        """What we add to Odoo's own models and mark as readonly is written by the program only.

        For Odoo ``readonly`` is a matter of screens: whoever may write an order, a conversation or
        a contact writes every field of it through RPC. Our readonly fields tell what the program
        knows (which client a conversation is with, how heavy a load is), so it writes them with
        ``sudo()``. Not ``_has_field_access``, which is asked at every reading of a field.

        :raise AccessError: a user writes such a field
        """
        result = super()._check_field_access(field, operation)
        if (
            operation == "write"
            and field.readonly
            and not self.env.su
            and is_ours(*field._modules)
            and not is_ours(self._original_module)
        ):
            raise AccessError(
                self.env._(
                    "The field “%(field)s” of %(document)s is written by the program only.",
                    field=field.name,
                    document=self._description,
                )
            )
        return result
