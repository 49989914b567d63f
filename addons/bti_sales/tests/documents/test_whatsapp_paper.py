from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_documents import DocumentsCommon


@tagged("-at_install", "post_install")
class TestWhatsappPaper(DocumentsCommon):
    """The paper of an order above an approved text."""

    def test_the_paper_is_printed_as_whoever_sends_it(self):
        account = self.env["bti.account"].create(
            {"name": "Meta", "company_id": self.company.id, "app_id": "7", "app_secret": "secret"}
        )
        channel = self.env["bti.channel"].create(
            {
                "name": "WhatsApp",
                "provider": "whatsapp",
                "company_id": self.company.id,
                "account_id": account.id,
                "external_id": "31",
                "access_token": "t0ken",
                "business_account": "29",
                "business_id": "26",
                "state": "active",
            }
        )
        template = self.env["bti.template"].create(
            {
                "name": "confirmation",
                "language": "fr",
                "body": "Voici votre commande.",
                "channel_id": channel.id,
                "state": "approved",
                "header_type": "document",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "report_id": self.env.ref("bti_sales.action_report_order_confirmation").id,
            }
        )
        order = self._new_order((self.b8, 20, self.b8.pallet_uom_id))
        name = template._get_paper_name(order)
        self.assertEqual(name, f"{order.display_name.replace('/', '-')}.pdf")
        own = template.with_user(self.rep).with_context(force_report_rendering=True)
        self.assertTrue(own._print_paper(order.with_user(self.rep)).startswith(b"%PDF"))
        stranger = self._new_user("whatsapp_agent", "bti_messaging.group_messaging_user")
        with self.assertRaises(AccessError):
            template.with_user(stranger)._print_paper(order.with_user(stranger))
