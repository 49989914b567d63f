import re
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models

from ...tools import client_links, signed_token

SCOPE = "photo"
# What the office sees: the page of the client, on which it sends nothing.
PREVIEW_SCOPE = "photo-preview"
PREVIEW_TIME = timedelta(hours=1)
# Which link, until when (hours of the token): dots stand for the signature.
SEALED = re.compile(r"(?<=/ph/)([0-9]{1,9})\.([0-9]{1,8})\.+")


class BtiPhotoLink(models.Model):
    """A link for one client and one document. What is stored and shown is sealed: the link is
    signed when the text goes to the number that it was made for, and to nobody else."""

    _name = "bti.photo.link"
    _inherit = ["bti.agent.action.mixin"]
    _description = "Photo Link"
    _order = "id desc"
    _rec_name = "document_name"
    _check_company_auto = True

    # === FIELDS === #

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    kind = fields.Selection(
        [("receive", "The Client Sends Photos")],
        string="Purpose",
        required=True,
        readonly=True,
        default="receive",
    )
    res_model = fields.Char(string="Model of the Document", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", required=True, readonly=True
    )
    document_name = fields.Char(string="About", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Client", readonly=True, index="btree_not_null", ondelete="set null"
    )
    number = fields.Char(
        readonly=True, help="The phone number to which the link is sent; no other one gets it."
    )
    lang = fields.Char(string="Language", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Responsible", readonly=True, help="Who is told when photos come."
    )
    expires_on = fields.Datetime(string="Works Until", required=True, readonly=True)
    revoked_on = fields.Datetime(readonly=True)
    revoked_by_id = fields.Many2one("res.users", readonly=True)
    last_used_on = fields.Datetime(readonly=True)
    file_ids = fields.One2many("bti.photo.file", "link_id", string="Files", readonly=True)
    file_count = fields.Integer(string="# Files", compute="_compute_file_count")
    state = fields.Selection(
        [("open", "Works"), ("expired", "Expired"), ("revoked", "Revoked")],
        compute="_compute_state",
    )

    _document_idx = models.Index("(res_model, res_id)")

    # === COMPUTE METHODS === #

    @api.depends("expires_on", "revoked_on")
    def _compute_state(self):
        now = fields.Datetime.now()
        for link in self:
            expired = not link.expires_on or link.expires_on <= now
            link.state = "revoked" if link.revoked_on else "expired" if expired else "open"

    def _compute_file_count(self):
        counts = dict(
            self.env["bti.photo.file"]._read_group(
                [("link_id", "in", self.ids), ("attachment_id", "!=", False)],
                ["link_id"],
                ["__count"],
            )
        )
        for link in self:
            link.file_count = counts.get(link._origin, 0)

    # === ACTIONS === #

    def action_revoke(self):
        """Let the links open nothing any more; what came by them stays."""
        self._bti_check_agent()
        # sudo: nobody writes links by hand, the check above is the right to stop them
        for link in self.sudo().filtered(lambda link: not link.revoked_on):
            link.write({"revoked_on": fields.Datetime.now(), "revoked_by_id": self.env.uid})

    def action_open_document(self):
        """Show the document that the link is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def action_preview(self):
        """Look at the page as the client sees it; nothing can be sent from there."""
        self.ensure_one()
        self._bti_check_agent()
        expires = fields.Datetime.now() + PREVIEW_TIME
        token = signed_token.sign(self.env, PREVIEW_SCOPE, self.id, expires)
        return {
            "type": "ir.actions.act_url",
            "url": f"{self.get_base_url()}/ph/{token}",
            "target": "new",
        }

    # === LINKS === #

    def _get_sealed_url(self):
        """:return: the link as it is stored and shown, see ``_sign_links``
        :rtype: str
        """
        self.ensure_one()
        token = client_links.fill(
            f"{self.id}.{signed_token.to_hours(self.expires_on)}.",
            signed_token.get_length(self.id),
        )
        return f"{self.get_base_url()}/ph/{token}"

    @api.model
    def _sign_links(self, text, addresses):
        """Sign the sealed links of a text that is about to be sent.

        A link that was made for another number, was revoked or is over stays sealed and opens
        nothing: otherwise anybody could have it sent to himself.

        :param str text: as it is stored
        :param collection[str] addresses: where it goes, E.164
        :rtype: str
        """
        if "/ph/" not in text:
            return text

        def sign(match):
            link_id, hours = map(int, match.groups())
            # sudo: to whom a link belongs does not depend on what the sender may read
            link = self.sudo().browse(link_id).exists()
            fits = link.state == "open" and link.number in addresses
            if not fits or signed_token.to_hours(link.expires_on) != hours:
                return match[0]
            return signed_token.sign(self.env, SCOPE, link_id, link.expires_on)

        return SEALED.sub(sign, text)

    @api.model
    def _get_by_token(self, token, preview=False):
        """The link that a token opens, as superuser of its company.

        :param str token: what came in the URL
        :param bool preview: a token for looking at the page
        :return: empty when the token opens nothing
        """
        link_id = signed_token.verify(self.env, PREVIEW_SCOPE if preview else SCOPE, token)
        # the signed token is the right to what this link is for; the system writes it down
        link = self.with_user(SUPERUSER_ID).browse(link_id or []).exists()
        if not link or link.state != "open" or not link._get_document():
            return self.browse()
        return link.with_company(link.company_id)

    @api.model
    def _get_model(self, name):
        """:return: the model of documents to which photos can come, or None"""
        model = self.env.get(name or "")
        # by its methods: users have all fields of their contact
        return model if hasattr(type(model), "_bti_check_photos") else None

    def _get_document(self):
        """:return: the document that the link is about now, empty when it is gone"""
        self.ensure_one()
        model = self._get_model(self.res_model)
        if model is None:
            return None  # of an addon that is gone
        document = model.browse(self.res_id).exists()
        return document and document._bti_get_photo_document()

    # === PAGE === #

    def _get_page(self):
        """Hook: the page that the link opens; the environment's language is the page's.

        :return: xmlid of the template, and plain values
        :rtype: tuple[str, dict]
        """
        self.ensure_one()
        company = self.company_id
        return "bti_messaging.photo_page", {
            **self.env["bti.consent"]._get_page_values(company),
            "document_name": self.document_name or "",
            "received": self.file_count,
            "limit": company.photo_max_files,
            "max_size": company.photo_max_mb * 1024 * 1024,
            "max_mb": company.photo_max_mb,
        }
