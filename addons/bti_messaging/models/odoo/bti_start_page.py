from odoo import api, fields, models


class BtiStartPage(models.Model):
    """Where the people of a role begin, and which of Odoo's menus they have no use for.

    Nothing here is a right: what a role may read is told by its groups. A user of several roles
    begins with the first of them, and misses only what none of them uses; a role that another one
    of his contains does not count.
    """

    _name = "bti.start.page"
    _description = "Start Page"
    _order = "sequence, id"
    _rec_name = "group_id"

    # === FIELDS === #

    sequence = fields.Integer(
        default=10, help="Somebody of several roles begins on the page of the first one."
    )
    active = fields.Boolean(default=True)
    group_id = fields.Many2one(
        "res.groups", string="Role", required=True, ondelete="cascade", index=True
    )
    menu_id = fields.Many2one(
        "ir.ui.menu",
        string="Begins With",
        ondelete="set null",
        domain=[("action", "!=", False)],
        help="Opened after logging in, unless the user has chosen a home action.",
    )
    hidden_menu_ids = fields.Many2many(
        "ir.ui.menu",
        string="Menus Not Shown",
        help="Menus for which this role has no use. It keeps its rights; an administrator sees"
        " all.",
    )

    _group_uniq = models.Constraint("UNIQUE(group_id)", "A role has one start page.")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        pages = super().create(vals_list)
        self._forget_menus()
        return pages

    def write(self, vals):
        result = super().write(vals)
        self._forget_menus()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget_menus()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _forget_menus(self):
        """Menus are cached for each user."""
        self.env.registry.clear_cache()

    @api.model
    def _of_user(self):
        """:return: the pages of the roles that the user has, his first one first"""
        if self.env.user._is_system():
            return self.browse()
        # sudo: how a role begins is told to its people; they do not read the settings
        return self.sudo().search([("group_id", "in", self.env.user._get_group_ids())])

    @api.model
    def _get_hidden_menus(self):
        """:return: the menus that no role of the user has a use for
        :rtype: ir.ui.menu
        """
        pages = self._of_user()
        # a role that is part of another one of his: the other one tells what it has no use for
        wider = {page: (pages - page).group_id.all_implied_ids for page in pages}
        pages = pages.filtered(lambda page: page.group_id not in wider[page])
        hidden = pages[:1].hidden_menu_ids
        for page in pages[1:]:
            hidden &= page.hidden_menu_ids
        return hidden

    @api.model
    def _get_start_menu(self):
        """:return: the menu with which the user begins, or none
        :rtype: ir.ui.menu
        """
        return self._of_user().menu_id[:1]
