from unittest.mock import patch

from odoo.tests import new_test_user
from odoo.tools import mute_logger

from ..models.campaign import bti_campaign_run
from .common import MessagingCase


class CampaignCase(MessagingCase):
    """Campaigns of two companies, each with its marketing person.

    ::

        company_a   marketer_a   kannel_a (2.50 a part, sender 3000)
        company_b   marketer_b   trial_b
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer_a = cls._create_marketer("marketer_a", cls.company_a)
        cls.marketer_b = cls._create_marketer("marketer_b", cls.company_b)
        cls.kannel_a = cls._create_kannel(sequence=1)
        cls.partner_model = cls.env["ir.model"]._get("res.partner")
        cls.tag = cls.env["res.partner.category"].create({"name": "Campaign"})
        cls.cron = cls.env.ref("bti_messaging.ir_cron_sms_campaigns")

    @classmethod
    def _create_marketer(cls, login, company):
        return new_test_user(
            cls.env,
            login=login,
            groups="base.group_user,mass_mailing.group_mass_mailing_user",
            lang="en_US",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    @classmethod
    def _create_clients(cls, count, first=0, **vals):
        """Clients with a mobile number each: +213550000000, +213550000001, ..."""
        return cls.env["res.partner"].create(
            [
                {
                    "name": f"Client {number}",
                    "phone": f"+21355{number:07d}",
                    "country_id": cls.country.id,
                    "category_id": [(4, cls.tag.id)],
                    **vals,
                }
                for number in range(first, first + count)
            ]
        )

    def _create_campaign(self, user=None, body="Bonjour", **vals):
        """A campaign to all clients of the tag."""
        user = user or self.marketer_a
        contacts = (
            {}
            if "contact_list_ids" in vals
            else {
                "mailing_model_id": self.partner_model.id,
                "mailing_domain": repr([("category_id", "in", self.tag.ids)]),
            }
        )
        return (
            self.env["mailing.mailing"]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_id.ids)
            .create(
                {
                    "subject": "Bricks",
                    "mailing_type": "sms",
                    "body_plaintext": body,
                    "keep_archives": False,
                    **contacts,
                    **vals,
                }
            )
        )

    def run_campaigns(self, *muted):
        """Run the campaigns' scheduled action as the scheduler does."""
        with (
            mute_logger("odoo.addons.base.models.ir_cron", *muted),
            self.enter_registry_test_mode(),
        ):
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def launch(self, campaign):
        """Queue a campaign and prepare it."""
        campaign.action_put_in_queue()
        self.run_campaigns()

    def slices_of(self, size):
        """Prepare in slices of so many recipients."""
        return patch.object(bti_campaign_run, "SLICE", size)

    def messages(self, campaign):
        """The messages of a campaign, in the order of its recipients."""
        return self.env["bti.message"].search(
            [("mailing_id", "=", campaign.id)], order="res_id, id"
        )

    def traces(self, campaign):
        """The traces of a campaign, in the order of its recipients."""
        return self.env["mailing.trace"].search(
            [("mass_mailing_id", "=", campaign.id)], order="res_id, id"
        )
