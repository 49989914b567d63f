from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

# Of the conversation, when no message was named.
MAX_FILES = 20


class BtiFiling(models.TransientModel):
    """Put files of a conversation on a document of the client."""

    _name = "bti.filing"
    _inherit = "bti.wizard.mixin"
    _description = "File on a Document"

    # === FIELDS === #

    conversation_id = fields.Many2one("discuss.channel", required=True, readonly=True)
    message_id = fields.Many2one("mail.message", readonly=True)
    identity_id = fields.Many2one(related="conversation_id.bti_identity_id")
    partner_id = fields.Many2one(related="conversation_id.bti_identity_id.partner_id")
    available_ids = fields.Many2many(
        "ir.attachment", string="Files There", compute="_compute_available_ids"
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Files",
        compute="_compute_attachment_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', available_ids)]",
    )
    line_ids = fields.One2many(
        "bti.filing.line",
        "wizard_id",
        string="His Documents",
        compute="_compute_line_ids",
        compute_sudo=False,  # what is stored is computed as superuser, who may write everything
        store=True,
    )
    document = fields.Reference(selection="_get_filing_models", string="Another Document")

    # === COMPUTE METHODS === #

    @api.depends("conversation_id", "message_id")
    def _compute_available_ids(self):
        for wizard in self:
            wizard.available_ids = wizard._get_files()

    @api.depends("conversation_id", "message_id")
    def _compute_attachment_ids(self):
        for wizard in self:
            files = wizard._get_files()
            named = wizard.message_id and files & wizard.message_id.sudo().attachment_ids
            wizard.attachment_ids = named or files[:1]

    @api.depends("conversation_id")
    def _compute_line_ids(self):
        for wizard in self:
            lines = [
                {"res_model": document._name, "res_id": document.id}
                for document in wizard._get_documents()
            ]
            wizard.line_ids = [Command.clear(), *map(Command.create, lines)]

    @api.model
    def _get_filing_models(self):
        """Hook: what a file can be put on.

        :rtype: list[tuple[str, str]]
        """
        return [("res.partner", self.env._("Contact"))]

    # === ACTIONS === #

    def action_file(self):
        """Put the files on the document that was chosen by hand."""
        self.ensure_one()
        if not self.document:
            raise UserError(self.env._("Choose a document."))
        return self._file_on(self.document)

    # === BUSINESS METHODS === #

    def _get_files(self):
        """:return: the files of the conversation that the user may read, the last ones first"""
        self.ensure_one()
        conversation = self.conversation_id
        if not conversation.bti_identity_id or not conversation.has_access("read"):
            return self.env["ir.attachment"]
        domain = Domain("res_model", "=", "discuss.channel") & Domain(
            "res_id", "=", conversation.id
        )
        # sudo: who reads the conversation reads its files
        files = self.env["ir.attachment"].sudo().search(domain, order="id desc", limit=MAX_FILES)
        named = self.message_id.sudo()
        if (named.model, named.res_id) == (conversation._name, conversation.id):
            files |= named.attachment_ids.filtered(
                lambda file: (file.res_model, file.res_id) == (named.model, named.res_id)
            )
        return files.with_env(self.env)

    def _get_documents(self):
        """:return: where the user may put the files, the likeliest first"""
        partner = self.partner_id
        if not partner:
            return []
        # sudo: looked up for whoever asks, then only what he may write is proposed
        documents = partner.sudo()._bti_get_filing_documents(self.identity_id.company_id)
        own = (document.with_env(self.env) for document in documents)
        return [document for document in own if document.has_access("write")]

    def _file_on(self, document):
        """Put the files on a document.

        :param document: one record
        """
        self.ensure_one()
        self.conversation_id._bti_check_agent()
        if document._name not in dict(self._get_filing_models()):
            raise AccessError(self.env._("Files of clients do not go there."))
        document.check_access("write")
        company = self.identity_id.company_id
        if "company_id" in document._fields and document.company_id not in (
            company,
            company.browse(),
        ):
            raise UserError(
                self.env._(
                    "%(document)s belongs to another company.", document=document.display_name
                )
            )
        files = self.attachment_ids & self._get_files()
        if not files:
            raise UserError(self.env._("Choose a file."))
        note = self.env["bti.media"]._get_filing_note(self.identity_id)
        filed = files._bti_file_on(document, note, self.env.user.partner_id)
        if filed:
            self.conversation_id._bti_note(
                self.env._("Filed: %(document)s", document=document._get_html_link())
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if filed else "info",
                "message": self.env._("Filed on %(document)s.", document=document.display_name)
                if filed
                else self.env._(
                    "These files stand on %(document)s already.", document=document.display_name
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    @api.model
    def _check_named(self, vals):
        result = super()._check_named(vals)
        if not self.env.su and (value := vals.get("document")):
            model, _comma, res_id = str(value).partition(",")
            if model in dict(self._get_filing_models()) and res_id.isdigit():
                self.env[model].browse(int(res_id)).check_access("read")
        return result


class BtiFilingLine(models.TransientModel):
    """A document that is proposed."""

    _name = "bti.filing.line"
    _description = "Document of a Client"

    wizard_id = fields.Many2one("bti.filing", required=True, ondelete="cascade", readonly=True)
    res_model = fields.Char(string="Model of the Document", readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", readonly=True)
    name = fields.Char(compute="_compute_name")
    kind = fields.Char(compute="_compute_name")

    @api.depends("res_model", "res_id")
    def _compute_name(self):
        labels = dict(self.env["bti.filing"]._get_filing_models())
        for line in self:
            known = line.res_model in labels
            document = known and self.env[line.res_model].browse(line.res_id).exists()
            readable = document and document.has_access("read")
            line.name = document.display_name if readable else False
            line.kind = labels.get(line.res_model, False)

    def action_file(self):
        """Put the files of the wizard on this document."""
        self.ensure_one()
        if self.res_model not in dict(self.env["bti.filing"]._get_filing_models()):
            raise AccessError(self.env._("Files of clients do not go there."))
        return self.wizard_id._file_on(self.env[self.res_model].browse(self.res_id))
