from odoo import fields, models


class PaperNameMixin(models.AbstractModel):
    """What has one name for all languages on screens, and one per language for clients.

    Odoo does not translate these names, and sorts, compares and stores paths of them.
    """

    _name = "bti.paper.name.mixin"
    _description = "Name on Papers"

    paper_name = fields.Char(
        "Name on Papers",
        translate=True,
        help="What clients read, each in his language. Empty: the name.",
        prefetch=False,
    )

    def _get_paper_name(self):
        """:return: name for clients, in the language of the environment
        :rtype: str
        """
        self.ensure_one()
        return self.paper_name or self.name
