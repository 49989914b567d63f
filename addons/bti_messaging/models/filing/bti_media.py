import logging

from markupsafe import Markup, escape

from odoo import fields, models

from ..mixins.batch_job import isolated

_logger = logging.getLogger(__name__)


class BtiMedia(models.Model):
    """A client's file that a rule knows the document of goes there by itself."""

    _inherit = "bti.media"

    # === FIELDS === #

    filing_rule_id = fields.Many2one(
        "bti.filing.rule",
        string="Sorted by the Rule",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    # === BUSINESS METHODS === #

    def _keep(self, file):
        result = super()._keep(file)
        message = self.message_id
        if message.direction == "in" and message.partner_id and not message.is_history:
            # the file is there and shown, whatever becomes of the rules
            with isolated(self.env.cr, self._note_filing_fault):
                self._file_by_rules()
        return result

    def _note_filing_fault(self, error):
        _logger.error("File %s: the rules failed", self.id, exc_info=error)

    def _file_by_rules(self):
        """Ask the rules in their order; the first that knows one document decides."""
        self.ensure_one()
        message = self.message_id
        told = self.with_context(lang=message._get_reader_lang())
        for rule in self.env["bti.filing.rule"]._get_rules(self):
            document = rule._find_document(message.partner_id)
            if not document:
                continue
            self.attachment_id._bti_file_on(
                document, told._get_filing_note(message.identity_id, rule), message.partner_id
            )
            self.filing_rule_id = rule
            message._note_for_agents_html(
                told.env._(
                    "Filed by the rule \u201c%(rule)s\u201d: %(document)s",
                    rule=rule.name,
                    document=document._get_html_link(),
                )
            )
            return

    def _get_filing_note(self, identity, rule=None):
        """:return: what stands in the chatter of the document
        :rtype: Markup
        """
        by_rule = self.env._(" (rule \u201c%s\u201d)", rule.name) if rule else ""
        text = self.env._(
            "From the conversation with %(person)s%(rule)s.",
            person=identity._get_html_link(title=identity.name),
            rule=by_rule,
        )
        return Markup("%s") % escape(text)


class BtiMessage(models.Model):
    _inherit = "bti.message"

    def _note_for_agents_html(self, note):
        """:param Markup note: told in the conversation of the message, if there is one"""
        if self.conversation_id:
            self.conversation_id._bti_note(escape(note))
