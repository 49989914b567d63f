import base64
import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

# Letters and figures that nobody takes for each other.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
REF_LENGTH = 12
QR_SIZE = 400
# What the program writes: a print with a former code would lead nowhere, and a document is named
# to whoever talks to the person.
PROGRAM_FIELDS = {"ref", "res_model", "res_id"}


class BtiPageLink(models.Model):
    """A link or QR code by which somebody writes to the Page, and what he then writes about."""

    _name = "bti.page.link"
    _description = "Link to Messenger"
    _inherit = ["bti.company.guard.mixin"]
    _order = "name, id"
    _check_company_auto = True

    # === FIELDS === #

    name = fields.Char(required=True, help="As the agents read it: the gate of the yard, truck 12.")
    active = fields.Boolean(default=True)
    channel_id = fields.Many2one(
        "bti.channel",
        string="Page",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('provider', '=', 'messenger')]",
        default=lambda self: self._find_page(self.env.company),
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, precompute=True, index=True
    )
    kind = fields.Selection(
        [("sign", "Sign"), ("quote", "Quotation"), ("truck", "Truck"), ("other", "Other")],
        required=True,
        default="sign",
    )
    ref = fields.Char(
        string="Reference",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self._make_ref(),
        help="The network tells it when somebody comes by the link.",
    )
    words = fields.Char(
        string="Words on the Print",
        default=lambda self: self.env._("Write to us on Messenger"),
    )
    res_model = fields.Char(string="Document Model", readonly=True, copy=False)
    res_id = fields.Many2oneReference(
        string="Document ID", model_field="res_model", readonly=True, copy=False
    )
    url = fields.Char(string="Link", compute="_compute_url")
    qr = fields.Binary(string="QR Code", compute="_compute_qr", attachment=False)
    identity_ids = fields.One2many("bti.identity", "page_link_id", string="People")
    person_count = fields.Integer(string="Came by It", compute="_compute_person_count")

    _ref_uniq = models.Constraint("UNIQUE(ref)", "This reference is already used.")
    _document_idx = models.Index("(res_model, res_id) WHERE res_model IS NOT NULL")

    # === COMPUTE METHODS === #

    @api.model
    def _make_ref(self):
        return "".join(secrets.choice(ALPHABET) for _letter in range(REF_LENGTH))

    @api.model
    def _find_page(self, company):
        """:return: the Page of a company, or none"""
        # sudo: which Page a company has is no secret to whoever makes a link to it
        return (
            self.env["bti.channel"]
            .sudo()
            .search(
                Domain("provider", "=", "messenger")
                & Domain("company_id", "=", company.id)
                & Domain("external_id", "!=", False),
                order="state, id",
                limit=1,
            )
            .with_env(self.env)
        )

    @api.depends("ref", "channel_id.external_id")
    def _compute_url(self):
        for link in self:
            # sudo: the Page's number, which is public
            page = link.channel_id.sudo().external_id
            link.url = page and link.ref and f"https://m.me/{page}?ref={link.ref}"

    @api.depends("url")
    def _compute_qr(self):
        report = self.env["ir.actions.report"]
        for link in self:
            link.qr = link.url and base64.b64encode(
                report.barcode("QR", link.url, width=QR_SIZE, height=QR_SIZE, barLevel="M")
            )

    def _compute_person_count(self):
        counts = dict(
            self.env["bti.identity"]._read_group(
                [("page_link_id", "in", self.ids)], ["page_link_id"], ["__count"]
            )
        )
        for link in self:
            link.person_count = counts.get(link._origin, 0)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """A document is named by its own button alone, whoever may read it."""
        links = super().create(vals_list)
        # values of the context are among them
        if not self.env.su and any(link.res_model or link.res_id for link in links):
            raise AccessError(self.env._("The document of a link cannot be chosen."))
        if not self.env.su:
            # a guessed code would be no code
            for link in links.sudo():  # sudo: written by the program only
                link.ref = self._make_ref()
        return links

    def write(self, vals):
        if not self.env.su and vals.keys() & PROGRAM_FIELDS:
            raise AccessError(self.env._("The reference of a link cannot be changed."))
        return super().write(vals)

    # === ACTIONS === #

    def action_view_people(self):
        """Open the people who came by the link."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_identity_action")
        return {**action, "domain": [("page_link_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    @api.model
    def _open_for(self, document, kind, company):
        """Show the link of a document, made when there is none.

        :param document: one record
        :param str kind: value of the field
        :param res.company company: whose Page it is
        :raise AccessError: the user is no agent, or may not read the document
        :raise UserError: the company has no Page
        """
        document.ensure_one()
        document.check_access("read")
        if not self.env.user._bti_answers_for(company):
            raise AccessError(self.env._("Only messaging agents may do this."))
        # sudo: agents do not make links; the checks above are the right to make this one
        links = self.sudo()
        link = links.search(
            Domain("res_model", "=", document._name)
            & Domain("res_id", "=", document.id)
            & Domain("company_id", "=", company.id),
            limit=1,
        )
        if not link:
            page = self._find_page(company)
            if not page:
                raise UserError(self.env._("No Page is connected."))
            link = links.create(
                {
                    "name": document.display_name,
                    "kind": kind,
                    "channel_id": page.id,
                    "res_model": document._name,
                    "res_id": document.id,
                }
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": link.id,
            "views": [(False, "form")],
        }

    def _get_document(self):
        """:return: what the link is about, or None"""
        self.ensure_one()
        if not self.res_model or self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists() or None
