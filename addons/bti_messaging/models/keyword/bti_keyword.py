from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...gateways.sms import numbers
from ...tools import keyword_text


class BtiKeyword(models.Model):
    """A word that clients write; it is a whole message, in whatever polite words it is wrapped."""

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
    show_agents = fields.Boolean(
        string="Show to the Agents",
        help="The message opens a conversation all the same. A running conversation shows it in "
        "any case.",
    )
    message_ids = fields.One2many("bti.message", "keyword_id", string="Messages")
    message_count = fields.Integer(string="Used", compute="_compute_message_count")

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
