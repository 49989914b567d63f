from odoo.tests import new_test_user, tagged

from ..common import BricksCommon

# Of each role: the menu with which it begins, and the apps that it sees besides Discuss.
ROLES = {
    "bti_crm.group_rep": (
        "crm.menu_crm_opportunities",
        {
            "calendar.mail_menu_calendar",
            "contacts.menu_contacts",
            "crm.crm_menu_root",
            "sale.sale_menu_root",
            "bti_messaging.menu_root",
        },
    ),
    "bti_sales.group_dispatcher": (
        "bti_sales.menu_delivery_board",
        {
            "calendar.mail_menu_calendar",
            "contacts.menu_contacts",
            "stock.menu_stock_root",
            "fleet.menu_root",
            "bti_messaging.menu_root",
        },
    ),
    "bti_sales.group_driver": ("bti_sales.menu_driver_loads", {"bti_sales.menu_driver_root"}),
    "bti_sales.group_accounting": (
        "bti_sales.menu_accounting_to_invoice",
        {
            "calendar.mail_menu_calendar",
            "contacts.menu_contacts",
            "account.menu_finance",
            # the dashboard of invoices
            "spreadsheet_dashboard.spreadsheet_dashboard_menu_root",
        },
    ),
    "bti_messaging.group_messaging_user": (
        "mail.menu_root_discuss",
        {"calendar.mail_menu_calendar", "contacts.menu_contacts", "bti_messaging.menu_root"},
    ),
}


@tagged("post_install", "-at_install")
class TestStartPages(BricksCommon):
    """Rep, dispatcher, driver, accountant and agent begin on their page, among their menus."""

    def test_each_role_has_its_page_and_its_menus(self):
        for group, (start, apps) in ROLES.items():
            with self.subTest(group):
                user = new_test_user(self.env, f"start_{group}", group)
                menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
                shown = {menus[menu_id]["xmlid"] for menu_id in menus["root"]["children"]}
                self.assertEqual(shown - {"mail.menu_root_discuss"}, apps)
                menu = self.env["bti.start.page"].with_user(user)._get_start_menu()
                self.assertEqual(menu, self.env.ref(start))
                self.assertTrue(menus[menu.id]["action_id"])

    def test_dashboards_are_seen_as_soon_as_one_may_be_read(self):
        if "spreadsheet.dashboard" not in self.env:
            self.skipTest("Odoo's dashboards are not installed")
        user = new_test_user(self.env, "start_dashboards", "bti_sales.group_dispatcher")
        menu = self.env.ref("spreadsheet_dashboard.spreadsheet_dashboard_menu_root")
        Menu = self.env["ir.ui.menu"].with_user(user)
        self.assertNotIn(menu.id, Menu.load_menus(False))
        dashboard = self.env["spreadsheet.dashboard"].search([], limit=1)
        dashboard.group_ids |= self.env.ref("bti_sales.group_dispatcher")
        menus = Menu.load_menus(False)
        self.assertIn(menu.id, menus["root"]["children"])
        dashboard.group_ids -= self.env.ref("bti_sales.group_dispatcher")
        menus = Menu.load_menus(False)
        self.assertNotIn(menu.id, menus["root"]["children"])
        self.assertFalse([one for one in menus.values() if one.get("app_id") == menu.id])
