from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.readers import language_of


class BtiPhotoAsk(models.TransientModel):
    """Send a client the link by which he sends photos of a document."""

    _name = "bti.photo.ask"
    _inherit = "bti.wizard.mixin"
    _description = "Ask for Photos"

    # === FIELDS === #

    kind = fields.Selection(
        [("receive", "The Client Sends Photos")], required=True, default="receive", readonly=True
    )
    res_model = fields.Char(string="Model of the Document", required=True, readonly=True)
    res_id = fields.Integer(string="Document", required=True, readonly=True)
    document_name = fields.Char(string="About", compute="_compute_document")
    partner_id = fields.Many2one("res.partner", string="Client", compute="_compute_document")
    number = fields.Char(compute="_compute_document")
    template_id = fields.Many2one(
        "sms.template",
        string="Text",
        compute="_compute_template_id",
        compute_sudo=False,  # what is stored is computed as superuser, who may read everything
        store=True,
        readonly=False,
        domain=[("model_id.model", "=", "bti.photo.link")],
    )
    body = fields.Text(
        string="Message",
        compute="_compute_body",
        compute_sudo=False,
        store=True,
        readonly=False,
        required=True,
        help="{link} is replaced by the link when the message is sent.",
    )

    # === COMPUTE METHODS === #

    @api.depends("res_model", "res_id")
    def _compute_document(self):
        for wizard in self:
            document = wizard._get_document()
            partner = document._bti_notify_partner() if document else False
            wizard.document_name = document.display_name if document else False
            wizard.partner_id = partner
            wizard.number = document._bti_notify_number() if document else False

    @api.depends("kind", "res_id")
    def _compute_template_id(self):
        for wizard in self:
            wizard.template_id = wizard._get_template()

    @api.depends("template_id", "res_model", "res_id")
    def _compute_body(self):
        for wizard in self:
            lang = language_of(self.env, wizard.partner_id)
            # sudo: texts are for whoever sends them
            text = wizard.template_id.sudo().with_context(lang=lang).body or "{link}"
            for word, value in wizard.with_context(lang=lang)._get_words().items():
                text = text.replace(f"{{{word}}}", value or "")
            wizard.body = text

    # === CRUD METHODS === #

    @api.model
    def _check_named(self, vals):
        """The document is named by its model and id, and has to be readable too."""
        model = self.env["bti.photo.link"]._get_model(vals.get("res_model"))
        if not self.env.su and model is not None and vals.get("res_id"):
            model.browse(vals["res_id"]).check_access("read")
        return super()._check_named(vals)

    # === HOOKS === #

    def _get_template(self):
        """Hook: the text that the company sends for this purpose."""
        default = self.env.ref("bti_messaging.sms_template_photo", raise_if_not_found=False)
        # sudo: setting of the company
        return self._get_company().sudo().photo_template_id or default

    def _get_words(self):
        """Hook: what stands for the words in braces, but for the link, in the context's language.

        :rtype: dict[str, str]
        """
        # sudo: name of the company, whoever asks
        company = self._get_company().sudo().with_env(self.sudo().env)
        return {"document": self.document_name, "company": company.message_name}

    def _prepare_link_vals(self):
        """Hook: values of the link beside those of its document."""
        return {"kind": self.kind}

    # === ACTIONS === #

    def action_send(self):
        """Make the link and send it."""
        self.ensure_one()
        document = self._get_document()
        if not document:
            raise UserError(self.env._("Photos cannot be asked for on this document."))
        document._bti_check_photos()
        number = document._bti_notify_number()
        company = self._get_company()
        document = document.with_company(company)
        if number and document._bti_is_opted_out(number, "transactional"):
            raise UserError(self.env._("The client does not want any SMS."))
        link = document._bti_make_photo_link(**self._prepare_link_vals())
        body = self.body if "{link}" in self.body else f"{self.body.rstrip()} {{link}}"
        document._bti_post_sms(
            body.replace("{link}", link._get_sealed_url()),
            document._bti_notify_partner(),
            link.number,
            "transactional",
            None,
        )
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    def _get_document(self):
        """:return: the document, if the user may read it and photos can come to it, else None"""
        self.ensure_one()
        model = self.env["bti.photo.link"]._get_model(self.res_model)
        if model is None:
            return None
        document = model.browse(self.res_id).exists()
        document.check_access("read")
        return document

    def _get_company(self):
        document = self._get_document()
        if not document:
            return self.env.company
        return document._mail_get_companies(default=self.env.company)[document.id]
