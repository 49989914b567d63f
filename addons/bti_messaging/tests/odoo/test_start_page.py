from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import MessagingCase

AGENT = "bti_messaging.group_messaging_user"


class TestStartPage(MessagingCase):
    """Each role begins with its own menu, and is not shown what it has no use for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Page = cls.env["bti.start.page"]
        cls.Page.search([]).unlink()
        cls.apps = cls.env.ref("base.menu_management")
        cls.contacts = cls.env.ref("contacts.menu_contacts")
        cls.conversations = cls.env.ref("bti_messaging.menu_conversations")
        cls.page = cls.Page.create(
            {
                "group_id": cls.env.ref(AGENT).id,
                "menu_id": cls.conversations.id,
                "hidden_menu_ids": [(6, 0, (cls.apps | cls.contacts).ids)],
            }
        )

    def shown(self, user):
        return self.env["ir.ui.menu"].with_user(user).load_menus(False)["root"]["children"]

    def test_role_does_not_see_what_it_has_no_use_for(self):
        self.assertFalse({self.apps.id, self.contacts.id} & set(self.shown(self.agent_a)))
        self.assertIn(self.contacts.id, self.shown(self.employee_a))
        self.page.hidden_menu_ids -= self.contacts
        self.assertIn(self.contacts.id, self.shown(self.agent_a), "seen at once")
        self.page.active = False
        self.assertIn(self.apps.id, self.shown(self.agent_a))

    def test_who_has_two_roles_sees_what_one_of_them_needs(self):
        marketing = self.env.ref("mass_mailing.group_mass_mailing_user")
        second = self.Page.create(
            {
                "sequence": 1,
                "group_id": marketing.id,
                "hidden_menu_ids": [(6, 0, self.apps.ids)],
            }
        )
        both = new_test_user(self.env, "agent_marketer", f"{AGENT},{self._xmlid(marketing)}")
        shown = self.shown(both)
        self.assertIn(self.contacts.id, shown)
        self.assertNotIn(self.apps.id, shown)
        # the first role that names a menu
        self.assertEqual(self.Page.with_user(both)._get_start_menu(), self.conversations)
        second.menu_id = self.contacts
        self.assertEqual(self.Page.with_user(both)._get_start_menu(), self.contacts)

    def _xmlid(self, record):
        return record.get_external_id()[record.id]

    def test_administrator_misses_nothing(self):
        self.page.group_id = self.env.ref("base.group_user")
        admin = new_test_user(self.env, "start_admin", "base.group_system")
        self.assertIn(self.apps.id, self.shown(admin))
        self.assertFalse(self.Page.with_user(admin)._get_start_menu())

    def test_only_administrators_set_it(self):
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            self.page.with_user(self.manager_a).menu_id = self.contacts
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            self.page.with_user(self.agent_a).read(["menu_id"])


@tagged("-at_install", "post_install")
class TestStartPageHttp(HttpCase):
    def test_web_client_is_told(self):
        new_test_user(self.env, "start_agent", AGENT)
        menu = self.env.ref("bti_messaging.menu_conversations")
        self.env["bti.start.page"].search([]).unlink()
        self.env["bti.start.page"].create({"group_id": self.env.ref(AGENT).id, "menu_id": menu.id})
        self.authenticate("start_agent", "start_agent")
        info = self.make_jsonrpc_request("/web/session/get_session_info")
        self.assertEqual(info["bti_start_menu_id"], menu.id)
