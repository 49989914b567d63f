from odoo import api, fields, models
from odoo.exceptions import UserError


class BtiTemplateSend(models.TransientModel):
    """The file above an approved text: the paper of the document, or one that the agent chooses."""

    _inherit = "bti.template.send"

    # === FIELDS === #

    takes_file = fields.Boolean(compute="_compute_paper_name")
    paper_name = fields.Char(
        string="Above the Text",
        compute="_compute_paper_name",
        help="Printed when the text is sent.",
    )
    file_ids = fields.Many2many(
        "ir.attachment",
        "bti_template_send_file_rel",
        "wizard_id",
        "attachment_id",
        string="File Above the Text",
        help="One file. It goes instead of the printed paper.",
    )

    # === COMPUTE METHODS === #

    @api.depends("template_id", "document_ref", "file_ids")
    def _compute_paper_name(self):
        for wizard in self:
            template = wizard.template_id
            wizard.takes_file = bool(template) and template._takes_file()
            wizard.paper_name = (
                template._get_paper_name(wizard.document_ref)
                if wizard.takes_file and not wizard.file_ids
                else False
            )

    @api.depends("file_ids", "document_ref")
    def _compute_preview(self):
        return super()._compute_preview()

    @api.depends("file_ids", "document_ref")
    def _compute_refusal(self):
        return super()._compute_refusal()

    # === BUSINESS METHODS === #

    def _check_sender(self):
        result = super()._check_sender()
        # a file that he may not read is not his to send
        self.file_ids.check_access("read")
        return result

    def _get_file_name(self):
        """:return: name of what stands above the text, "" for nothing
        :rtype: str
        """
        self.ensure_one()
        if not self.takes_file:
            return ""
        return self.file_ids[:1].name or self.paper_name or ""

    def _get_files(self):
        """:return: (name, bytes) of what goes above the text, at most one
        :rtype: list[tuple[str, bytes]]
        """
        self.ensure_one()
        if not self.takes_file:
            return []
        if file := self.file_ids[:1]:
            return [(file.name, file.raw or b"")]
        return [(self.paper_name, self.template_id._print_paper(self.document_ref))]

    def _attach_files(self, files, posted):
        """:param files: as of ``_get_files``
        :param mail.message posted: where they stand in the conversation already, if in one
        :return: the same as the message's own, as superuser
        :rtype: ir.attachment
        """
        # sudo: nobody writes messages; whoever may send may give them their file
        system = self.env["ir.attachment"].sudo()
        if posted:
            return posted.sudo().attachment_ids
        return system.create(
            [{"name": name, "raw": raw, "res_model": "bti.message"} for name, raw in files]
        )

    def _settle_files(self, message):
        """Whoever reads the message reads its file; what was uploaded for it has been copied.

        :param bti.message message: as superuser
        """
        message.attachment_ids.filtered(
            lambda file: file.res_model == message._name and not file.res_id
        ).res_id = message.id
        # sudo: uploads of his own, which stand nowhere else: a client's paper is not kept twice
        uploads = self.file_ids.sudo().filtered(
            lambda file: (
                file.res_model == self._name
                and not file.res_id
                and file.create_uid == self.env.user
            )
        )
        uploads.unlink()

    def _get_refusal(self):
        refusal = super()._get_refusal()
        if refusal or not self.takes_file:
            return refusal
        if len(self.file_ids) > 1:
            return self.env._("One file stands above the text: remove the others.")
        if file := self.file_ids:
            size = file.file_size or len(file.raw or b"")
            return self.template_id._find_wrong_file(file.name, file.mimetype or "", size)
        if not self.paper_name:
            return self.env._("A file stands above this text: choose one.")
        return ""

    @api.constrains("file_ids")
    def _check_file(self):
        for wizard in self:
            if not all(file.has_access("read") for file in wizard.file_ids):
                raise UserError(self.env._("This file is not yours to send."))
