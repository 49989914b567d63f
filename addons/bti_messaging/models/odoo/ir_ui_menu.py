from odoo import api, models


class IrUiMenu(models.Model):
    """Menus for which a role has no use are not shown to it."""

    _inherit = "ir.ui.menu"

    @api.model
    def load_menus(self, debug):
        """Leave out the dashboards of who may read none. Menus are kept in memory, yet dashboards
        come and go without a word: they belong to a module that is there or not."""
        menus = super().load_menus(debug)
        gone = self._get_empty_dashboards().id
        if gone not in menus:
            return menus
        shown = {key: menu for key, menu in menus.items() if menu.get("app_id") != gone}
        children = [child for child in menus["root"]["children"] if child != gone]
        return {**shown, "root": {**menus["root"], "children": children}}

    def _load_menus_blacklist(self):
        hidden = self.env["bti.start.page"]._get_hidden_menus()
        return [*super()._load_menus_blacklist(), *hidden.ids]

    def _get_empty_dashboards(self):
        """:return: the app of Odoo's dashboards for who may read none of them; it comes by itself
        with sales, stock or accounting, and all employees see it
        :rtype: ir.ui.menu
        """
        name = "spreadsheet_dashboard.spreadsheet_dashboard_menu_root"
        menu = self.env.ref(name, raise_if_not_found=False)
        Dashboard = self.env.get("spreadsheet.dashboard")
        if not menu or Dashboard is None:
            return self.browse()
        shown = Dashboard.has_access("read") and Dashboard.search_count([], limit=1)
        return self.browse() if shown else menu
