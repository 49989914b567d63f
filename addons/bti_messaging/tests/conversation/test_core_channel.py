from odoo.tests import new_test_user, tagged

from ..common import MessagingCase


@tagged("post_install", "-at_install")
class TestCoreChannel(MessagingCase):
    """Odoo's channel of all employees greets nobody in English."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.general = cls.env.ref("mail.channel_all_employees")

    def make(self, login):
        """:return: the partner of a new colleague"""
        return new_test_user(self.env, login, "bti_messaging.group_messaging_user").partner_id

    def test_new_employee_is_not_put_into_it(self):
        self.assertIn(self.env.ref("base.group_user"), self.general.group_ids)
        self.assertNotIn(self.make("greeted"), self.general.channel_member_ids.partner_id)

    def test_channel_in_which_people_write_is_everybody_s(self):
        self.general.add_members(self.agent_a.partner_id.ids)
        self.general.with_user(self.agent_a).message_post(
            body="Réunion à 9 h", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertIn(self.make("told"), self.general.channel_member_ids.partner_id)
