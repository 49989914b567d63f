from markupsafe import Markup

from odoo import Command, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from odoo.addons.bti_messaging.tools.insert_or_find import made_once
from odoo.addons.bti_messaging.tools.plural import listed
from odoo.addons.bti_messaging.tools.readers import in_language_of

TITLE_LENGTH = 60


class BtiLeadAnswer(models.Model):
    """What somebody filled in becomes an enquiry."""

    _inherit = "bti.lead.answer"

    # === FIELDS === #

    lead_id = fields.Many2one(
        "crm.lead",
        string="Enquiry",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="What was made of the answer.",
    )

    # === BUSINESS METHODS === #

    def _get_lead(self):
        # sudo: which one it is; it is opened with the user's rights
        return self.sudo().lead_id.with_env(self.env) or super()._get_lead()

    def _make_lead(self, values):
        """Make the enquiry, once. Others of the same person are told of: Odoo shows them as similar
        ones, people merge them."""
        super()._make_lead(values)
        if self.lead_id:
            return
        quiet = in_language_of(self, self.company_id).with_context(mail_create_nosubscribe=True)
        quiet = quiet.with_company(self.company_id)
        lead = quiet.env["crm.lead"].create(quiet._prepare_lead_vals(values))
        self.lead_id = lead
        others = lead.duplicate_lead_ids - lead
        if others:
            links = Markup(", ").join(other._get_html_link() for other in others[:5])
            lead._message_log(
                body=quiet.env._("This person has asked before: %(links)s", links=links)
            )

    def _prepare_lead_vals(self, values):
        """Hook: values of the enquiry.

        :param dict values: of ``bti.lead.form._understand``
        """
        self.ensure_one()
        words = values.get("wanted") or self.form_id.name or ""
        words = words[:TITLE_LENGTH].rstrip() + "…" if len(words) > TITLE_LENGTH else words
        person = values.get("name") or values.get("phone") or self.env._("Somebody on Facebook")
        need = values.get("need")
        partner = self._find_contact(values)
        # with a contact Odoo would write these on him: anybody may fill in a client's number
        own = {} if partner else {"phone": values.get("phone"), "email_from": values.get("email")}
        return {
            "name": f"{person}: {words}" if words else person,
            "contact_name": values.get("name"),
            "partner_name": values.get("company_name"),
            **own,
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "user_id": self.form_id.user_id.id,
            "description": self._get_lead_note(values),
            "site_street": values.get("street"),
            "site_state_id": values.get("state_id"),
            "site_city_id": values.get("city_id"),
            "need_ids": [Command.create(need)] if need else [],
            "lead_form_id": self.form_id.id,
            "advert": self.ad_name or self.ad_ref,
            **self._prepare_utm_vals(),
        }

    def _prepare_utm_vals(self):
        """:return: campaign, source and medium, which Odoo takes along to the invoice"""
        self.ensure_one()
        name = (self.campaign_name or "").strip()
        with made_once():  # the jobs of two Pages may make one campaign at the same time
            campaign = name and self.env["utm.mixin"]._find_or_create_record("utm.campaign", name)
        source = self.env.ref("utm.utm_source_facebook", raise_if_not_found=False)
        medium = self.env.ref("bti_crm.medium_lead_form", raise_if_not_found=False)
        return {
            "campaign_id": campaign and campaign.id,
            "source_id": source and source.id,
            "medium_id": medium and medium.id,
        }

    def _find_contact(self, values):
        """:return: the only contact with this number, else the only one with this e-mail
        :rtype: res.partner
        """
        self.ensure_one()
        ours = Domain("company_id", "in", [False, self.company_id.id])
        email = email_normalize(values.get("email") or "")
        for domain in (
            self.number and Domain("phone_numbers", "in", [self.number]),
            email and Domain("email_normalized", "=", email),
        ):
            found = domain and self.env["res.partner"].search(ours & domain, limit=2)
            if found:
                return found if len(found) == 1 else found.browse()
        return self.env["res.partner"]

    def _get_lead_note(self, values):
        """:return: the answers as they came, and what no field could be filled with
        :rtype: Markup
        """
        self.ensure_one()
        lines = [
            Markup("<li>%s %s</li>") % (label, listed(self.env, texts))
            for label, texts in self._get_labelled()
        ]
        lines += [Markup("<li><em>%s</em></li>") % problem for problem in values["problems"]]
        title = self.env._("Form on Facebook: %(form)s", form=self.form_id.name or "")
        return Markup("<p>%s</p><ul>%s</ul>") % (title, Markup("").join(lines))


class CrmLead(models.Model):
    """An enquiry and the form that it came of."""

    _inherit = "crm.lead"

    # === FIELDS === #

    lead_form_id = fields.Many2one(
        "bti.lead.form",
        string="Form",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The form below an advert that this came of.",
    )
    advert = fields.Char(readonly=True, copy=False, help="The advert that brought it.")
    form_answer_ids = fields.One2many(
        "bti.lead.answer",
        "lead_id",
        string="Answers to Forms",
        groups="bti_messaging.group_messaging_user",
    )
    form_answer_count = fields.Integer(
        string="# Answers to Forms",
        compute="_compute_form_answer_count",
        groups="bti_messaging.group_messaging_user",
    )

    # === COMPUTE METHODS === #

    def _compute_form_answer_count(self):
        counts = dict(
            self.env["bti.lead.answer"]._read_group(
                [("lead_id", "in", self.ids)], ["lead_id"], ["__count"]
            )
        )
        for lead in self:
            lead.form_answer_count = counts.get(lead._origin, 0)

    # === ACTIONS === #

    def action_view_form_answers(self):
        """Open what people filled in."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_lead_answer_action"
        )
        return {**action, "domain": [("lead_id", "=", self.id)], "context": {}}

    # === MERGE === #

    def _merge_dependences(self, opportunities):
        """The answers of merged enquiries are those of the one that stays, and where it came from
        is kept."""
        result = super()._merge_dependences(opportunities)
        # sudo: nobody writes answers and where an enquiry came from
        others, own = opportunities.sudo(), self.sudo()
        others.form_answer_ids.lead_id = self
        if not own.lead_form_id and (first := others.filtered("lead_form_id")[:1]):
            own.write({"lead_form_id": first.lead_form_id.id, "advert": first.advert})
        return result
