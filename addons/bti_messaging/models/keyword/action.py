import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class BtiKeyword(models.Model):
    """What a keyword does, and what is answered.

    Each action has a hook ``_run_<action>(message)``; an addon that adds an action extends
    ``action`` and defines the hook.
    """

    _inherit = "bti.keyword"

    # === FIELDS === #

    action = fields.Selection(
        [
            ("answer", "Answer"),
            ("opt_out", "No more marketing"),
            ("opt_in", "Marketing again"),
            ("yes", "Yes to our question"),
            ("no", "No to our question"),
            ("server", "Run a server action"),
        ],
        required=True,
        default="answer",
        help="Yes and no count only when we had asked something; else the message goes to the "
        "agents like any other.",
    )
    server_action_id = fields.Many2one(
        "ir.actions.server",
        domain="[('model_name', '=', 'bti.message')]",
        ondelete="restrict",
        groups="base.group_system",
        copy=False,
        help="Runs on the message.",
    )
    # managers see what runs; what code runs is not theirs to choose
    server_action_name = fields.Char(
        related="server_action_id.name",
        string="Server Action Name",
        groups="bti_messaging.group_messaging_user",
    )
    answer_hours = fields.Integer(
        string="Answer Once Within",
        default=24,
        help="The same sender gets the same answer once in so many hours. 0: every time.",
    )

    _answer_hours_positive = models.Constraint(
        "CHECK(answer_hours >= 0)",
        "The time between two answers cannot be negative.",
    )

    # === CONSTRAINTS === #

    @api.constrains("action", "server_action_id")
    def _check_server_action(self):
        # sudo: managers of messaging need not read server actions
        for keyword in self.sudo().filtered(lambda keyword: keyword.action == "server"):
            if keyword.server_action_id.model_name != "bti.message":
                raise ValidationError(
                    self.env._(
                        "The keyword %(keyword)s needs a server action on messages.",
                        keyword=keyword.name,
                    )
                )

    # === CRUD METHODS === #

    def copy_data(self, default=None):
        """Which action runs is the administrator's choice: the copy of a manager only answers."""
        vals_list = super().copy_data(default)
        for keyword, vals in zip(self, vals_list, strict=True):
            if vals.get("action") != "server":
                continue
            if self.env.is_system():
                vals.setdefault("server_action_id", keyword.server_action_id.id)
            else:
                vals["action"] = "answer"
        return vals_list

    # === BUSINESS METHODS === #

    def _run(self, message):
        """Do what the keyword does, once for a message.

        :param bti.message message: with its ``keyword_language_id`` and ``keyword_code``
        :return: whether the message is settled; if not, it goes to the agents
        :rtype: bool
        """
        self.ensure_one()
        return getattr(self, f"_run_{self.action}")(message)

    # === HOOKS === #

    def _run_answer(self, message):
        """Hook: send the keyword's answer."""
        self._answer(message)
        return True

    def _run_opt_out(self, message):
        """Hook: the sender wants no more marketing; what concerns his orders goes on."""
        return self._run_choice(message, refused=True)

    def _run_opt_in(self, message):
        """Hook: the sender, and nobody in his name, wants marketing again."""
        return self._run_choice(message, refused=False)

    def _run_choice(self, message, refused):
        changed = message._set_marketing_refusal(refused)
        # what he has taken back since is not confirmed
        if changed is not None:
            self._answer(message, again=changed)
        return True

    def _run_yes(self, message):
        """Hook: yes, to a question that we had asked."""
        return self._run_yes_no(message, True)

    def _run_no(self, message):
        """Hook: no, to a question that we had asked."""
        return self._run_yes_no(message, False)

    def _run_yes_no(self, message, yes):
        if not message._answer_open_question(yes):
            return False
        self._answer(message)
        return True

    def _run_server(self, message):
        """Hook: run the server action on the message, then answer."""
        # sudo: an administrator made the action, the message only sets it off
        self.sudo().server_action_id.with_context(
            active_model=message._name, active_id=message.id, active_ids=message.ids
        ).run()
        self._answer(message)
        return True

    # === ANSWERS === #

    def _get_answer(self, message):
        """Hook: the text that is answered, in the language of the word that was written.

        :rtype: str
        """
        return message.keyword_language_id.answer or ""

    def _answer(self, message, text=None, again=False):
        """Write the answer into the outbox: once for a message, once in some hours for a sender,
        never to whom nobody answers.

        :param bti.message message: the one with the keyword
        :param str text: the keyword's answer by default
        :param bool again: answer although the sender got this a short while ago: it is news again
        :return: the answer, or none
        """
        self.ensure_one()
        text = self._get_answer(message) if text is None else text
        Message = self.env["bti.message"]
        if not text or not message._may_answer_automatically():
            return Message
        if not again and self._has_answered(message):
            return Message
        answer = Message.create(
            {
                "channel_id": message.channel_id.id,
                "is_pinned": True,
                "number": message.number,
                "partner_id": message.partner_id.id,
                "identity_id": message.identity_id.id,
                "keyword_id": self.id,
                "in_reply_to_id": message.id,
                "body": text,
                # the same when the message is handled again
                "sms_uuid": uuid.uuid5(uuid.NAMESPACE_OID, f"{message.sms_uuid}:answer").hex,
            }
        )
        return answer

    def _has_answered(self, message):
        """Whether the sender got this answer a short while ago."""
        if not self.answer_hours:
            return False
        since = fields.Datetime.now() - timedelta(hours=self.answer_hours)
        return bool(
            self.env["bti.message"].search_count(
                Domain("keyword_id", "=", self.id)
                & Domain("identity_id", "=", message.identity_id.id)
                & Domain("direction", "=", "out")
                & Domain("create_date", ">", since),
                limit=1,
            )
        )
