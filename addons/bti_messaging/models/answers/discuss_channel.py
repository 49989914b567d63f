from odoo import api, models
from odoo.fields import Domain

from ...tools.plural import listed
from .canned_response import GAP

# Answers proposed at once.
MOST_PROPOSALS = 4
# Of what the client wrote since he was answered.
LAST_WORDS = 20


class DiscussChannel(models.Model):
    """Canned answers in a conversation with a client: proposed by his words, filled from his file.

    A field ``{name}`` of an answer is known by ``_bti_get_gap_labels`` and filled by
    ``_bti_fill_gap``; nothing else that stands in braces is touched, nothing is evaluated.
    """

    _inherit = "discuss.channel"

    # === SCREEN === #

    def bti_get_proposals(self):
        """What an agent may answer to the client's last words.

        :return: answers ``{"id", "source", "text", "missing"}``
        :rtype: list[dict]
        """
        self.ensure_one()
        self._bti_check_agent()
        text = self._bti_get_last_words()
        # sudo: the correspondent of the conversation that he may read
        identity = self.sudo().bti_identity_id
        if not text or not identity:
            return []
        responses = self.env["mail.canned.response"]._bti_find(
            identity.company_id, text, identity._guess_language()
        )
        return [self._bti_fill(response) for response in responses[:MOST_PROPOSALS]]

    def bti_fill_response(self, response_id):
        """A canned answer with what is known of this client.

        :param int response_id: one that the user may read
        :return: as of :meth:`bti_get_proposals`
        :rtype: dict
        """
        self.ensure_one()
        self._bti_check_agent()
        response = self.env["mail.canned.response"].browse(response_id)
        response.check_access("read")
        return self._bti_fill(response)

    # === BUSINESS METHODS === #

    def _bti_fill(self, response):
        text, missing = self._bti_fill_text(response.substitution or "")
        return {"id": response.id, "source": response.source, "text": text, "missing": missing}

    def _bti_fill_text(self, text):
        """Fill the fields of a text.

        :param str text: with names in braces
        :return: (the text, the labels of the fields that nothing is known for: they stay in it)
        :rtype: tuple[str, list[str]]
        """
        self.ensure_one()
        labels = self._bti_get_gap_labels()
        names = {name for name in GAP.findall(text) if name in labels}
        lang = self.sudo().bti_identity_id._get_answer_lang()  # sudo: of whom he answers
        speaking = self.with_context(lang=lang)
        values = {name: speaking._bti_fill_gap(name) or "" for name in names}
        filled = GAP.sub(lambda gap: values.get(gap[1]) or gap[0], text)
        return filled, [labels[name] for name in sorted(names) if not values[name]]

    def _bti_get_last_words(self):
        """:return: what the client wrote since he was answered, or last, each in a line
        :rtype: str
        """
        # sudo: agents of the conversation read it anyway
        last = (
            self.env["bti.message"]
            .sudo()
            .search(
                Domain("conversation_id", "=", self.id) & Domain("direction", "in", ["in", "out"]),
                order="id desc",
                limit=LAST_WORDS,
            )
        )
        texts = []
        for message in last:
            if message.direction == "out" and message.is_personal:
                break
            if message.direction == "in" and message.body and not message.date_withdrawn:
                texts.append(message.body)
        return "\n".join(reversed(texts))

    def _bti_get_refusal(self, message, channel):
        labels = self._bti_get_gap_labels()
        open_gaps = [name for name in GAP.findall(self._bti_get_text(message)) if name in labels]
        if open_gaps:
            return self.env._(
                "Nothing was sent: a field of the canned answer is not filled: %(fields)s.",
                fields=listed(self.env, (labels[name] for name in open_gaps)),
            )
        return super()._bti_get_refusal(message, channel)

    # === HOOKS === #

    @api.model
    def _bti_get_gap_labels(self):
        """Hook: the fields that a canned answer may have, with what they stand for.

        :rtype: dict[str, str]
        """
        return {
            "client": self.env._("Name of the client"),
            "company": self.env._("Name of our company"),
            "agent": self.env._("Name of the agent who answers"),
        }

    def _bti_fill_gap(self, name):
        """Hook: what a field says in this conversation, in the language of the context.

        :param str name: one of ``_bti_get_gap_labels``
        :return: "" when nothing is known
        :rtype: str
        """
        self.ensure_one()
        # sudo: of the client with whom the agent talks, for the answer to himself
        identity = self.sudo().bti_identity_id
        if name == "client":
            named = identity.partner_id.name or identity.profile_name
            return named or ""
        if name == "company":
            return identity.company_id.name
        if name == "agent":
            return self.env.user.name
        return ""
