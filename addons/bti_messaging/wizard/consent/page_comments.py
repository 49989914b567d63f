from odoo import models
from odoo.fields import Domain


class BtiPrivacy(models.TransientModel):
    """What a person wrote on our Pages."""

    _inherit = "bti.privacy"

    def _get_domains(self):
        domains = super()._get_domains()
        comments = Domain("identity_id", "any", domains["bti.identity"])
        refs = self.env["bti.page.comment"].search(comments).mapped("external_id")
        domains["bti.page.comment"] = comments
        domains["bti.event"] |= Domain("kind", "=", "comment") & Domain("ref", "in", refs)
        # the raw rows of these events too
        domains["bti.inbox"] = self._get_inbox_domain(domains["bti.event"])
        return domains

    def _erase_bti_page_comment(self, comments):
        blank = self._get_blank()
        comments.attachment_ids.unlink()
        comments.action_ids.filtered("text").text = blank
        comments.message_ids.write({"body": blank})
        comments.write(
            {
                "text": blank,
                "former_texts": False,
                "author_name": blank,
                "author_id": False,
                "content": False,
                "photo": False,
                "permalink": False,
                "fault": False,
                "is_erased": True,
            }
        )
        own_posts = comments.filtered(lambda comment: comment.item == "post").post_id
        own_posts.write({"text": blank, "permalink": False})
