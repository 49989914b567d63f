from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ...gateways.sms import numbers

# An operator keeps a message for some days, a phone or a gateway that is off for some more.
LONGEST_WAY = timedelta(days=30)


class BtiMessage(models.Model):
    """The keyword of an inbound message, and what an answer without a person may do."""

    _inherit = "bti.message"

    # === FIELDS === #

    keyword_id = fields.Many2one(
        "bti.keyword",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Found in an incoming message, or answered automatically by an outgoing one.",
    )
    keyword_language_id = fields.Many2one(
        "bti.keyword.language",
        string="Language of the Word",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    keyword_code = fields.Char(
        string="Code",
        readonly=True,
        copy=False,
        help="What follows the keyword.",
    )

    # === BUSINESS METHODS === #

    def _settle_received(self):
        if self.is_button:
            return super()._settle_received()  # its title is ours, not what he would say
        return super()._settle_received() or bool(self._run_keyword())

    def _opens_conversation(self):
        return super()._opens_conversation() or self.keyword_id.show_agents

    def _run_keyword(self):
        """Find the keyword and do what it does.

        :return: the keyword that settled the message, or none
        """
        self.ensure_one()
        # sudo: his own name, whatever the job may read
        own_names = [self.number, self.identity_id.external_id, self.partner_id.sudo().name]
        keyword, language, code = self.env["bti.keyword"]._find(
            self.channel_id, self.body, own_names
        )
        if not keyword:
            return keyword
        self.write(
            {
                "keyword_id": keyword.id,
                "keyword_language_id": language.id,
                "keyword_code": code,
            }
        )
        return keyword if keyword._run(self) else keyword.browse()

    def _may_answer_automatically(self):
        """Whether a machine may answer: a person wrote, not too often, and not ourselves."""
        self.ensure_one()
        return not (
            self.is_flood
            or self.identity_id.automatic
            or self._is_held()
            or self._is_from_ourselves()
        )

    def _is_from_ourselves(self):
        """Whether one of our own channels wrote: two of them would go on answering each other."""
        # sudo: a channel of any company would do
        senders = (
            self.env["bti.channel"]
            .sudo()
            .search_fetch(Domain("external_id", "!=", False), ["external_id", "company_id"])
        )
        return any(
            numbers.read_sender(channel.external_id, channel.company_id.country_id.code).address
            == self.number
            for channel in senders
        )

    def _get_written_at(self):
        """When the sender wrote. A provider's clock that is far away is wrong: then it is when
        the message arrived.

        :return: never in the future
        :rtype: datetime
        """
        self.ensure_one()
        now = fields.Datetime.now()
        written = self.date_received or now
        return min(written, now) if now - written <= LONGEST_WAY else now

    # === HOOKS === #

    def _set_marketing_refusal(self, refused):
        """Hook: the sender wants no marketing, or wants it again.

        :param bool refused: whether he refuses
        :return: whether this is new: he had said nothing, or the contrary; None when it came too
            late: he has said the contrary since
        :rtype: bool | None
        """
        return False

    def _answer_open_question(self, yes):
        """Hook: the sender says yes or no; whoever had asked him something takes the answer.

        :param bool yes: yes or no
        :return: whether there was a question
        :rtype: bool
        """
        return False
