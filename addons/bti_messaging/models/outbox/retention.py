from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ...const import GC_LIMIT
from ...tools.readers import in_language_of

# States in which nothing more happens to the text.
DONE_STATES = ("sent", "delivered", "failed", "canceled", "unknown")
# Messages whose copies are looked for at once.
BATCH = 1000


class BtiMessage(models.Model):
    """How long the texts of messages are kept, and with them their copies."""

    _inherit = "bti.message"

    text_erased = fields.Boolean(
        readonly=True,
        help="The text was deleted because of its age; the figures are kept.",
    )

    @api.autovacuum
    def _gc_texts(self):
        """Delete the texts of old messages; each company says after how many months. What was
        sent, to whom, when and at which cost stays."""
        done = remaining = 0
        for company in self.env["res.company"].search([("message_retention_months", ">", 0)]):
            before = fields.Datetime.now() - relativedelta(months=company.message_retention_months)
            old = self.search(
                Domain("company_id", "=", company.id)
                & Domain("create_date", "<", before)
                & Domain("text_erased", "=", False)
                & (Domain("state", "in", DONE_STATES) | Domain("direction", "=", "in")),
                order="id",
                limit=GC_LIMIT,
            )
            old._erase_copies(before)
            old._erase_words()
            old.write({"text_erased": True})
            done += len(old)
            remaining += len(old) == GC_LIMIT
        return done, remaining

    def _erase_words(self):
        """Delete what these messages say; who wrote them, when and at which cost stays."""
        # sudo: files are their owners', what is said of texts holds for them too
        self.sudo().attachment_ids.unlink()
        self.write(self._prepare_erased_vals())

    @api.model
    def _prepare_erased_vals(self):
        """Hook: values of a message whose words are deleted.

        :rtype: dict
        """
        return {"body": False, "content": False, "link_secrets": False, "failure_reason": False}

    def _erase_copies(self, before):
        """Delete the texts of old messages of one company wherever they are repeated.

        :param datetime before: what was written later stays, whatever it repeats
        """
        blank = in_language_of(self, self.company_id[:1]).env._("[text deleted because of its age]")
        for batch in split_every(BATCH, self.ids, self.browse):
            # sudo: what was promised of the texts holds wherever they stand
            batch.sudo()._find_copies(before).write({"body": blank})

    def _find_copies(self, before):
        """Hook: notes and posts that repeat these messages.

        :param datetime before: of those written before it
        :rtype: mail.message
        """
        return self.env["mail.message"]
