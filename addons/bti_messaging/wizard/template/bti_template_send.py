from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

MAX_DOCUMENTS = 50


class BtiTemplateSend(models.TransientModel):
    """An approved text to one client: chosen, filled in, looked at, and put into the queue."""

    _name = "bti.template.send"
    _description = "Send an Approved Text"
    _inherit = ["bti.wizard.mixin"]

    # === FIELDS === #

    conversation_id = fields.Many2one("discuss.channel", readonly=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Client")
    to_name = fields.Char(string="To", compute="_compute_to_name")
    channel_id = fields.Many2one(
        "bti.channel",
        string="Number",
        required=True,
        compute="_compute_channel_id",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('provider', '=', 'whatsapp'), ('state', '=', 'active')]",
    )
    language = fields.Selection(
        [
            ("fr", "French"),
            ("ar", "Arabic"),
            ("en", "English"),
            ("all", "All languages"),
        ],
        required=True,
        compute="_compute_language",
        store=True,
        precompute=True,
        readonly=False,
    )
    allowed_template_ids = fields.Many2many("bti.template", compute="_compute_allowed_template_ids")
    template_id = fields.Many2one(
        "bti.template",
        string="Approved Text",
        domain="[('id', 'in', allowed_template_ids)]",
        compute="_compute_template_id",
        compute_sudo=False,  # what is stored is computed as superuser, who may read everything
        store=True,
        readonly=False,
    )
    document_ref = fields.Reference(
        selection="_selection_document",
        string="About",
        compute="_compute_document_ref",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="The document whose values are proposed.",
    )
    value_ids = fields.One2many(
        "bti.template.send.value",
        "wizard_id",
        string="Values",
        compute="_compute_value_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    refusal = fields.Char(compute="_compute_refusal")
    is_sent = fields.Boolean(readonly=True)

    # === COMPUTE METHODS === #

    @api.model
    def _selection_document(self):
        # sudo: kinds of documents, by name
        models_used = self.env["bti.template"].sudo().search(
            Domain("model_id", "!=", False) & Domain("state", "=", "approved")
        ).model_id[:MAX_DOCUMENTS]  # fmt: skip
        return [(model.model, model.name) for model in models_used if model.model in self.env]

    @api.depends("conversation_id", "partner_id")
    def _compute_to_name(self):
        for wizard in self:
            # sudo: the name of whom the conversation is with, which its agent may read
            name = wizard.conversation_id.sudo().bti_identity_id.display_name
            wizard.to_name = name or wizard.partner_id.display_name

    @api.depends("conversation_id", "partner_id")
    def _compute_channel_id(self):
        for wizard in self:
            # sudo: what the conversation is tied to
            channel = wizard.conversation_id.sudo().bti_channel_id
            wizard.channel_id = channel or wizard.env["bti.channel"].search(
                Domain("provider", "=", "whatsapp")
                & Domain("state", "=", "active")
                & Domain("company_id", "in", wizard.env.companies.ids),
                order="id",
                limit=1,
            )

    @api.depends("conversation_id", "partner_id", "channel_id")
    def _compute_language(self):
        for wizard in self:
            wizard.language = wizard._propose_language(wizard._find_templates())

    @api.depends("channel_id", "language")
    def _compute_allowed_template_ids(self):
        for wizard in self:
            allowed = wizard._find_templates()
            if wizard.language != "all":
                allowed = allowed.filtered(
                    lambda item, wizard=wizard: item._get_short_language() == wizard.language
                )
            wizard.allowed_template_ids = allowed

    @api.depends("allowed_template_ids")
    def _compute_template_id(self):
        for wizard in self:
            allowed = wizard.allowed_template_ids
            if wizard.template_id not in allowed:
                # the same text in the other language, when there is one
                same = allowed.filtered(
                    lambda item, wizard=wizard: item.name == wizard.template_id.name
                )
                wizard.template_id = same[:1] or (allowed if len(allowed) == 1 else False)

    @api.depends("template_id")
    def _compute_document_ref(self):
        for wizard in self:
            model = wizard.template_id.model
            if wizard.document_ref and wizard.document_ref._name == model:
                continue
            wizard.document_ref = False
            client, last = wizard._get_client(), wizard._get_last_document()
            for record in (last, client):
                if record and record._name == model and record.has_access("read"):
                    wizard.document_ref = record
                    break

    @api.depends("template_id", "document_ref")
    def _compute_value_ids(self):
        for wizard in self:
            template, record = wizard.template_id, wizard.document_ref
            values = template._get_values(record) if template else {}
            wizard.value_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "name": row.name,
                            "label": template._get_gap_label(row.name),
                            "sample": row.sample,
                            "value": values.get(row.name),
                        }
                    )
                    for row in template.parameter_ids
                ),
            ]

    @api.depends("template_id", "value_ids.value")
    def _compute_preview(self):
        for wizard in self:
            template = wizard.template_id
            wizard.preview = (
                template._get_preview(wizard._get_values(), wizard._get_file_name())
                if template
                else False
            )

    @api.depends("template_id", "conversation_id", "partner_id", "channel_id")
    def _compute_refusal(self):
        for wizard in self:
            wizard.refusal = wizard._get_refusal()

    # === ACTIONS === #

    def action_send(self):
        """Put the text into the queue and show it in the conversation."""
        self.ensure_one()
        self._check_sender()
        if self.is_sent:
            return {"type": "ir.actions.act_window_close"}
        if not self.template_id:
            raise UserError(self.env._("Choose a text."))
        if refusal := self._get_refusal():
            raise UserError(refusal)
        vals = self.template_id._prepare_message_vals(
            None, self._get_values(), self._get_file_name()
        )
        files = self._get_files()
        identity = self._get_identity()
        # sudo: nobody writes messages and conversations; the checks above are the right to send
        system = self.sudo()
        conversation = system.conversation_id or self._begin_conversation(identity)
        posted = conversation and conversation._bti_post_template(
            self.env.user.partner_id, plaintext2html(vals["body"]), files
        )
        document = self.document_ref or self._get_client()
        message = system.env["bti.message"].create(
            {
                **vals,
                "channel_id": system.channel_id.id,
                "company_id": system.channel_id.company_id.id,
                "identity_id": identity.id,
                "number": identity._get_number() or identity.external_id,
                "partner_id": self._get_client().id,
                "is_pinned": True,
                "is_personal": True,
                "conversation_id": conversation.id,
                "mail_message_id": posted.id if posted else False,
                "attachment_ids": self._attach_files(files, posted).ids,
                "res_model": document._name if document else False,
                "res_id": document.id if document else False,
            }
        )
        self._settle_files(message)
        system.is_sent = True
        if self.conversation_id or not conversation:
            return {"type": "ir.actions.act_window_close"}
        return conversation.with_env(self.env)._bti_join()

    # === BUSINESS METHODS === #

    def _find_templates(self):
        """:return: what may be sent from the number now, in all languages
        :rtype: bti.template
        """
        self.ensure_one()
        return self.env["bti.template"].search(
            Domain("company_id", "=", self.channel_id.company_id.id)
            & Domain("business_account", "=", self.channel_id.business_account)
            & Domain("state", "=", "approved")
            & Domain("wants", "=", False)
        )

    def _begin_conversation(self, identity):
        """:return: the running conversation with a client on this number, or a new one"""
        Conversation = self.env["discuss.channel"]
        return Conversation._bti_get_conversation(
            self.channel_id.sudo(),  # sudo: as whoever sends may
            identity,
            agent=self.env.user,
        )

    def _check_sender(self):
        """:raise AccessError: somebody who may not write to this client"""
        if self.conversation_id:
            self.conversation_id._bti_check_agent()
        elif not self.env.user.has_group("bti_messaging.group_messaging_user"):
            raise AccessError(self.env._("Only messaging agents may do this."))
        self.partner_id.check_access("read")
        self.channel_id.check_access("read")
        self.template_id.check_access("read")
        if self.document_ref:
            self.document_ref.check_access("read")
        # sudo: what the conversation is tied to
        own = self.conversation_id.sudo().bti_channel_id
        if own and own != self.channel_id:
            raise UserError(self.env._("The conversation runs on another number."))

    def _get_client(self):
        """:return: the contact, as the user may read it; perhaps none
        :rtype: res.partner
        """
        self.ensure_one()
        if self.partner_id:
            return self.partner_id
        # sudo: whom the conversation is with
        found = self.conversation_id.sudo().bti_identity_id.partner_id.with_env(self.env)
        return found if found and found.has_access("read") else found.browse()

    def _get_last_document(self):
        identity = self.conversation_id.sudo().bti_identity_id  # sudo: as above
        document = identity and identity._get_last_document()
        return document.with_env(self.env) if document else None

    def _get_values(self):
        """:rtype: dict[str, str]"""
        return {row.name: row.value or "" for row in self.value_ids}

    def _get_refusal(self):
        """:return: why this text cannot go to this client, or ""
        :rtype: str
        """
        self.ensure_one()
        if not (self.conversation_id or self.partner_id):
            return self.env._("Choose a client.")
        if not self.conversation_id and not self._find_number():
            return self.env._(
                "%(client)s has no mobile number.", client=self.partner_id.display_name
            )
        if not self.template_id:
            return ""
        if problem := self.template_id._get_problem(self.channel_id):
            return problem
        if self.template_id.category == "marketing" and self._refuses_offers():
            return self.env._(
                "The network takes this text for an offer, and the client has not agreed to offers."
            )
        return ""
