import logging
import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...gateways.sms import numbers
from ...tools import keyword_text

_logger = logging.getLogger(__name__)


class BtiKeyword(models.Model):
    """A word that clients write, and what it does.

    Each action has a hook ``_run_<action>(message)``; an addon that adds an action extends
    ``action`` and defines the hook.
    """

    _name = "bti.keyword"
    _description = "Keyword"
    _inherit = ["bti.company.guard.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    # === FIELDS === #

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10,
        help="The first keyword that fits is the one; those of one company come before those of "
        "all companies.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Left empty, the keyword is for all companies.",
    )
    channel_ids = fields.Many2many(
        "bti.channel",
        string="Channels",
        help="Left empty, the keyword is for all channels.",
    )
    language_ids = fields.One2many(
        "bti.keyword.language",
        "keyword_id",
        string="Words and Answers",
        copy=True,
    )
    words_summary = fields.Char(string="Words", compute="_compute_words_summary")
    may_follow = fields.Selection(
        [
            ("nothing", "Nothing"),
            ("brand", "Our name"),
            ("code", "Our name or a code"),
        ],
        string="May Be Followed By",
        required=True,
        default="brand",
        help="A keyword is a whole message. Our name is the name of the company, the channel's "
        "sender or one of the words below; a code is one word with a figure, such as S00042.",
    )
    brand_words = fields.Text(
        string="Our Names",
        help="One per line; the names of the company and of the channel's sender count anyway.",
    )
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
    show_agents = fields.Boolean(
        string="Show to the Agents",
        help="The message opens a conversation all the same. A running conversation shows it in "
        "any case.",
    )
    message_ids = fields.One2many("bti.message", "keyword_id", string="Messages")
    message_count = fields.Integer(string="Used", compute="_compute_message_count")

    _answer_hours_positive = models.Constraint(
        "CHECK(answer_hours >= 0)",
        "The time between two answers cannot be negative.",
    )

    # === CONSTRAINTS === #

    @api.constrains("channel_ids", "company_id")
    def _check_channels(self):
        # not check_company: a keyword of all companies may be for one channel
        for keyword in self.filtered("company_id"):
            if keyword.channel_ids.company_id - keyword.company_id:
                raise ValidationError(
                    self.env._(
                        "The channels of the keyword %(keyword)s belong to another company.",
                        keyword=keyword.name,
                    )
                )

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

    # === COMPUTE METHODS === #

    @api.depends("language_ids.words")
    def _compute_words_summary(self):
        for keyword in self:
            words = [
                line for lang in keyword.language_ids for line in (lang.words or "").split("\n")
            ]
            keyword.words_summary = ", ".join(filter(None, (word.strip() for word in words)))

    def _compute_message_count(self):
        counts = dict(
            self.env["bti.message"]._read_group(
                [("keyword_id", "in", self.ids), ("direction", "=", "in")],
                ["keyword_id"],
                ["__count"],
            )
        )
        for keyword in self:
            keyword.message_count = counts.get(keyword._origin, 0)

    # === ACTIONS === #

    def action_view_messages(self):
        """Open the messages in which the keyword was found."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_message_action")
        return {**action, "domain": [("keyword_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    @api.model
    def _find(self, channel, text, own_names=()):
        """Find the keyword that a message consists of.

        :param bti.channel channel: where it was received
        :param str text: as written
        :param own_names: names and numbers of whoever wrote it
        :return: ``(keyword, language, code)``: its words and answer in the language of the word,
            the code or name that follows it; empty records when it is no keyword
        :rtype: tuple[bti.keyword, bti.keyword.language, str]
        """
        none = (self.browse(), self.env["bti.keyword.language"], "")
        Phrase = self.env["bti.keyword.phrase"]
        text = keyword_text.strip_signature(text, Phrase._get_phrases("signature"))
        text = keyword_text.normalise(text)
        if not text or len(text) > 100:
            return none
        keywords = self.search(
            Domain("company_id", "in", [False, channel.company_id.id])
            & (Domain("channel_ids", "=", False) | Domain("channel_ids", "in", channel.ids))
        )
        around = Phrase._get_phrases("around")
        names = {
            *self._read_names([channel.external_id, channel.company_id.name]),
            *self._read_names(own_names),
        }
        # a refusal first: no other keyword may take its words away
        for keyword in keywords.sorted(
            lambda keyword: (keyword.action != "opt_out", not keyword.company_id)
        ):
            brands = set()
            if keyword.may_follow != "nothing":
                brands = {*names, *keyword_text.read_words(keyword.brand_words)}
            # said once more in another language
            again = keyword_text.read_words("\n".join(keyword.language_ids.mapped("words")))
            for language in keyword.language_ids:
                code = keyword_text.match(
                    text,
                    keyword_text.read_words(language.words),
                    brands,
                    code=keyword.may_follow == "code",
                    around=(*around, *again),
                )
                if code is not None:
                    return keyword, language, code
        return none

    @api.model
    def _read_names(self, names):
        """:param names: names, and numbers in any spelling
        :return: as they may stand beside a keyword: normalised, of a number its digits, with and
            without the country
        :rtype: set[str]
        """
        read = set()
        for name in filter(None, names):
            word = keyword_text.normalise(name)
            if any(character.isalpha() for character in word):
                read.add(word)
                continue
            digits = "".join(filter(str.isdigit, word))
            read.add(digits)
            if name.startswith("+"):
                national = numbers.get_national(name)
                read |= {f"00{digits}", national, f"0{national}"}
        return read - {""}

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


class BtiKeywordLanguage(models.Model):
    """The words of a keyword in one language, with the answer to them."""

    _name = "bti.keyword.language"
    _description = "Keyword in One Language"
    _order = "keyword_id, sequence, id"
    _rec_name = "lang"

    keyword_id = fields.Many2one("bti.keyword", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="keyword_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    lang = fields.Selection(
        selection="_selection_lang",
        string="Language",
        required=True,
        help="Of the words and of the answer; it need not be a language of the screens.",
    )
    words = fields.Text(
        required=True,
        help="One word or expression per line. Case, accents, vowel signs and final punctuation "
        "do not matter.",
    )
    answer = fields.Text(help="Sent to whoever writes one of these words. Empty: no answer.")

    _lang_uniq = models.Constraint(
        "UNIQUE(keyword_id, lang)",
        "Each language has one line of words.",
    )

    @api.model
    def _selection_lang(self):
        """The languages of the country, and those of the screens."""
        common = {
            "fr": self.env._("French"),
            "ar": self.env._("Arabic"),
            "en": self.env._("English"),
            "kab": self.env._("Kabyle"),
            "ar_latn": self.env._("Arabic in Latin letters"),
        }
        for code, name in self.env["res.lang"].get_installed():
            common.setdefault(code.partition("_")[0], name)
        return list(common.items())

    @api.constrains("words")
    def _check_words(self):
        for language in self:
            if not keyword_text.read_words(language.words):
                raise ValidationError(self.env._("A keyword needs at least one word."))
