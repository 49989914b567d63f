from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class ImLivechatChannel(models.Model):
    _inherit = "im_livechat.channel"

    def action_join(self):
        """Odoo lets every live chat user join every team; who answers a company's clients is one
        of its messaging agents."""
        # sudo: whose team it is, whoever wants to join
        channels = (
            self.env["bti.channel"]
            .sudo()
            .with_context(active_test=False)
            .search(Domain("livechat_channel_id", "in", self.ids))
        )
        companies = channels.company_id
        if companies and not any(map(self.env.user._bti_answers_for, companies)):
            raise AccessError(
                self.env._(
                    "Only messaging agents of %(company)s answer its clients.",
                    company=", ".join(companies.mapped("name")),
                )
            )
        return super().action_join()
