from odoo import api, models
from odoo.tools import SQL


class BtiPageComment(models.Model):
    """An enquiry belongs to the campaign of the post below which it was made."""

    _inherit = "bti.page.comment"

    # === BUSINESS METHODS === #

    def _prepare_lead_vals(self):
        vals = super()._prepare_lead_vals()
        # sudo: who answers need not read posts that are still being written
        campaign = self.sudo().post_id.publication_id.campaign_id
        return {**vals, "campaign_id": campaign.id} if campaign else vals


class BtiPagePostReport(models.Model):
    """Enquiries from comments, each once: at the post below which somebody commented first."""

    _inherit = "bti.page.post.report"
    _depends = {"bti.page.comment": ["lead_id"]}

    # === QUERY === #

    @api.model
    def _get_columns(self):
        return {**super()._get_columns(), "lead_count": SQL("asked.lead_count")}

    @api.model
    def _get_joins(self):
        return [
            *super()._get_joins(),
            SQL(
                """
                LEFT JOIN LATERAL (
                    SELECT count(DISTINCT comment.lead_id) AS lead_count
                      FROM bti_page_comment comment
                     WHERE comment.post_id = post.id
                       AND NOT EXISTS (
                           SELECT 1 FROM bti_page_comment earlier
                            WHERE earlier.lead_id = comment.lead_id
                              AND earlier.id < comment.id
                              AND earlier.post_id != comment.post_id)
                ) asked ON TRUE
                """
            ),
        ]


class BtiPagePublication(models.Model):
    """The enquiries that a post brought."""

    _inherit = "bti.page.publication"

    # === ACTIONS === #

    def action_view_leads(self):
        """Open the enquiries from comments below the posts."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Enquiries"),
            "res_model": "crm.lead",
            "views": [(False, "list"), (False, "form")],
            "domain": [("page_comment_ids.post_id.publication_id", "=", self.id)],
        }
