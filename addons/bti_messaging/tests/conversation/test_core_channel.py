from odoo.tests import new_test_user, tagged

from ..common import MessagingCase


@tagged("post_install", "-at_install")
class TestCoreChannel(MessagingCase):
    """Odoo's channel of all employees greets nobody in English."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.general = cls.env.ref("mail.channel_all_employees")

    def test_new_employee_is_not_put_into_it(self):
        user = new_test_user(self.env, "greeted", "bti_messaging.group_messaging_user")
        self.assertFalse(self.general.group_ids)
        self.assertNotIn(user.partner_id, self.general.channel_member_ids.partner_id)

    def test_channel_in_which_people_write_stays(self):
        employees = self.env.ref("base.group_user")
        self.general.group_ids = employees
        self.general.with_user(self.agent_a).message_post(
            body="Réunion à 9 h", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.env["discuss.channel"]._bti_close_core_channel()
        self.assertEqual(self.general.group_ids, employees)
        self.assertIn(self.agent_a.partner_id, self.general.channel_member_ids.partner_id)
