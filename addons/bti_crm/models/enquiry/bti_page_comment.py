import re
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.bti_messaging.tools import keyword_text

from .bti_lead_form import MOST_PIECES

# A number as people write it in a sentence, where quantities and dates stand too.
NUMBER = re.compile(r"(?:\+\d|[0٠])(?:[ .()/-]{0,2}\d){7,14}")
# Whoever comments again within so many days asks for the same.
SAME_ENQUIRY = timedelta(days=30)
SIMILAR_LEADS = 10
TITLE_LENGTH = 60
# A quantity: "2000", "2 000", "2.000".
QUANTITY = re.compile(r"(?<![\w+])(\d{1,3}(?:[ .]\d{3})+|\d{2,6})(?!\w)")
# With one of these words nobody knows whether pieces are meant.
OTHER_UNITS = ("palette", "palettes", "pallet", "camion", "camions", "m2", "m²", "m 2", "da", "km")


class BtiPageComment(models.Model):
    """A comment that asks for something becomes an enquiry."""

    _inherit = "bti.page.comment"

    # === FIELDS === #

    lead_id = fields.Many2one(
        "crm.lead",
        string="Enquiry",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="What was made of the comment.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _is_lead_possible(self):
        return self.env["crm.lead"].has_access("create") or super()._is_lead_possible()

    def _make_lead(self):
        """Make an enquiry of the comment. Somebody whose enquiry is open gets no second one: his
        words are noted on the first."""
        self.ensure_one()
        if self.is_own:
            raise UserError(self.env._("The Page itself has written this."))
        # sudo: whether there is one, whoever may read it; it is opened with the user's rights
        comment = self.sudo()
        if comment.lead_id:
            return comment.lead_id.with_env(self.env)
        lead = comment._find_open_lead()
        if lead:
            comment._add_to_lead(lead)
        else:
            # no sudo: making leads is a right of its own
            lead = comment.lead_id = self.env["crm.lead"].create(self._prepare_lead_vals())
        return lead.with_env(self.env)

    def _add_to_lead(self, lead):
        """Note the words on an enquiry that there is already; for superusers.

        :param crm.lead lead: of the same person
        """
        self.ensure_one()
        lead.message_post(body=self._get_lead_note())
        self.lead_id = lead

    def _is_enquiry(self):
        return bool(self._find_products()) or super()._is_enquiry()

    def _find_open_lead(self):
        """:return: the open enquiry that came of earlier comments of the same person, or none
        :rtype: crm.lead
        """
        self.ensure_one()
        person = self.identity_id._get_main() if self.identity_id else self.identity_id
        if not person:
            return self.env["crm.lead"]
        earlier = self.search(
            Domain("identity_id", "in", (person | person.alias_ids).ids)
            & Domain("lead_id.active", "=", True)
            & Domain("lead_id.stage_id.is_won", "=", False)
            & Domain("lead_id.create_date", ">=", fields.Datetime.now() - SAME_ENQUIRY),
            order="id desc",
            limit=1,
        )
        return earlier.lead_id

    def _prepare_lead_vals(self):
        """Hook: values of the enquiry that is made of the comment."""
        self.ensure_one()
        words = " ".join((self.text or "").split())
        author = self.author_name or self.env._("Somebody on Facebook")
        title = words[:TITLE_LENGTH].rstrip() + "…" if len(words) > TITLE_LENGTH else words
        partner = self.partner_id
        return {
            "name": f"{author}: {title}" if title else author,
            "contact_name": self.author_name,
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "description": self._get_lead_note(),
            "phone": partner.phone or self._find_phone(),
            "need_ids": [Command.create(vals) for vals in self._prepare_need_vals()],
            "source_id": self.env.ref("utm.utm_source_facebook", raise_if_not_found=False).id,
            # by a rule nobody is in charge yet
            "user_id": False if self.env.su else self.env.uid,
        }

    def _find_similar_leads(self):
        """:return: open enquiries of the same client or number that the user may read, the latest
            first
        :rtype: crm.lead
        """
        self.ensure_one()
        client = self.partner_id.commercial_partner_id
        phone = self._find_phone()
        number = phone and self._phone_format_number(phone, self.company_id.country_id)
        asker = Domain.OR(
            [
                *([Domain("partner_id", "child_of", client.id)] if client else []),
                *([Domain("phone_sanitized", "=", number)] if number else []),
            ]
        )
        return self.env["crm.lead"].search(
            asker
            & Domain("won_status", "=", "pending")
            & Domain("company_id", "in", [False, self.company_id.id]),
            order="id desc",
            limit=SIMILAR_LEADS,
        )

    def _find_phone(self):
        """:return: the number that the author wrote, as he wrote it, or False
        :rtype: str | bool
        """
        self.ensure_one()
        country = self.company_id.country_id
        for found in NUMBER.finditer(self.text or ""):
            if self._phone_format_number(found[0], country):
                return found[0]
        return False

    def _find_products(self):
        """:return: the goods on sale whose code the author wrote as a word, in the order of codes
        :rtype: product.product
        """
        self.ensure_one()
        return self.env["product.product"]._bti_find_named(self.text, self.company_id)

    def _prepare_need_vals(self):
        """Hook: what the author wants, as far as one product and one quantity are named; nothing is
        guessed.

        :return: values of needs
        :rtype: list[dict]
        """
        self.ensure_one()
        products = self._find_products()
        words = keyword_text.normalise(NUMBER.sub(" ", self.text or ""))
        if any(keyword_text.contains(words, unit) for unit in OTHER_UNITS):
            return []
        quantities = QUANTITY.findall(words)
        if len(products) != 1 or len(quantities) != 1:
            return []
        pieces = int(re.sub(r"\D", "", quantities[0]))
        if pieces > MOST_PIECES:
            return []
        return [
            {
                "product_id": products.id,
                "pieces": pieces,
                "description": (self.text or "")[:200],
            }
        ]

    def _get_lead_note(self):
        """:return: the words of the comment and where they stand
        :rtype: Markup
        """
        self.ensure_one()
        return self.env._(
            "Comment on Facebook below %(post)s: %(text)s",
            post=self._get_html_link(title=self.post_id.display_name or self.display_name),
            text=self.text or "",
        )


class CrmLead(models.Model):
    """An enquiry and the comments that it came of."""

    _inherit = "crm.lead"

    # === FIELDS === #

    page_comment_ids = fields.One2many(
        "bti.page.comment",
        "lead_id",
        string="Comments",
        groups="bti_messaging.group_messaging_user",
    )
    page_comment_count = fields.Integer(
        string="# Comments",
        compute="_compute_page_comment_count",
        groups="bti_messaging.group_messaging_user",
    )

    # === COMPUTE METHODS === #

    def _compute_page_comment_count(self):
        counts = dict(
            self.env["bti.page.comment"]._read_group(
                [("lead_id", "in", self.ids)], ["lead_id"], ["__count"]
            )
        )
        for lead in self:
            lead.page_comment_count = counts.get(lead._origin, 0)

    # === ACTIONS === #

    def action_view_page_comments(self):
        """Open the comments that the enquiry came of."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_page_comment_action"
        )
        return {**action, "domain": [("lead_id", "=", self.id)], "context": {}}

    # === MERGE === #

    def _merge_dependences(self, opportunities):
        """The comments of merged enquiries are those of the one that stays."""
        result = super()._merge_dependences(opportunities)
        # sudo: nobody writes comments
        opportunities.sudo().page_comment_ids.lead_id = self
        return result
