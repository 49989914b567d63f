from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.exchange.table_file import normalise

# The files ("dossiers") of COMMSOFT, in which companies, kinds of client, documents, purchasing and
# trials are mixed: external id of the kind of client, whether it is left out.
COMMSOFT_DOSSIERS = {
    "CONTA": ("", False),
    "FACTURE ET PROFORMA": ("", False),
    "NOUV PROJ RELAIS": ("", False),
    "NTI APPRO": ("", True),
    "PARTICULIER": ("bti_crm.client_kind_private", False),
    "SARL BTI": ("", False),
    "TEST APPRO": ("", True),
    "TEST ET DEMONSTRATION": ("", True),
}


class ImportProfile(models.Model):
    """How the files of one program are read: which column is what, which word means which value."""

    _name = "bti.import.profile"
    _inherit = ["bti.company.guard.mixin"]
    _description = "Import Profile"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(selection="_get_kind_choices", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    column_ids = fields.One2many("bti.import.column", "profile_id", "Columns", copy=True)
    value_ids = fields.One2many("bti.import.value", "profile_id", "Translations", copy=True)
    dossier_ids = fields.One2many(
        "bti.import.dossier", "profile_id", "Dossiers", copy=True, compute="_compute_dossier_ids",
        store=True, readonly=False,
    )  # fmt: skip
    same_phone = fields.Selection(
        [
            ("ask", "Leave the line out and tell it"),
            ("same", "The same client"),
            ("other", "Another client"),
        ],
        "Known phone, other name",
        default="ask",
        required=True,
        help="What a line means whose phone number belongs to a client of another name.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _get_kind_choices(self):
        kinds = self.env["bti.import.kind"]._get_kinds()
        return [(key, label) for key, (_model, label) in kinds.items()]

    @api.depends("kind")
    def _compute_dossier_ids(self):
        """A new profile knows the dossiers of COMMSOFT; somebody says what they are."""
        for profile in self:
            if profile.dossier_ids or not profile.kind or "dossier" not in profile._get_names():
                continue
            profile.dossier_ids = [
                fields.Command.create(
                    {
                        "name": name,
                        "left_out": left_out,
                        "client_kind_id": bool(xmlid)
                        and self.env["ir.model.data"]._xmlid_to_res_id(
                            xmlid, raise_if_not_found=False
                        ),
                    }
                )
                for name, (xmlid, left_out) in COMMSOFT_DOSSIERS.items()
            ]

    # === CRUD METHODS === #

    def write(self, vals):
        """What was brought in stays that of its company and of its kind."""
        if {"kind", "company_id"} & vals.keys() and self.env["bti.import.run"].sudo().search_count(
            # sudo: whether there is one, whoever made it
            [("profile_id", "in", self.ids), ("state", "!=", "draft")], limit=1
        ):  # fmt: skip
            raise UserError(
                self.env._("Files were imported by this profile: make another one for this.")
            )
        result = super().write(vals)
        if "same_phone" in vals:
            self._outdate_trials()
        return result

    # === BUSINESS METHODS === #

    def _get_kind(self):
        """The model that understands the files of this profile."""
        self.ensure_one()
        return self.env["bti.import.kind"]._get_kind(self.kind)

    def _get_names(self):
        return {field.name for field in self._get_kind()._get_fields()}

    def _outdate_trials(self):
        """What was tried by the profile as it was has to be tried again.

        :raise UserError: a file is being brought in by it
        """
        # sudo: whoever began them
        runs = self.env["bti.import.run"].sudo().search(
            [("profile_id", "in", self.ids), ("state", "in", ("checking", "checked", "running"))]
        )  # fmt: skip
        if any(run.state == "running" or run.state == "checking" and not run.paused
               for run in runs):  # fmt: skip
            raise UserError(
                self.env._(
                    "A file is being imported by this profile: wait until it is in, or take it"
                    " back first."
                )
            )
        runs.write({"state": "draft", "paused": False, "problem": False})

    def _add_titles(self, titles):
        """Know the titles of a file; those that are new are guessed.

        :param list titles: unique ones
        """
        self.ensure_one()
        known = {normalise(column.title) for column in self.column_ids}
        new = [title for title in titles if title and normalise(title) not in known]
        taken = set(self.column_ids.mapped("field"))
        guessed = self._get_kind()._guess_fields(new)
        self.env["bti.import.column"].create(
            [
                {
                    "profile_id": self.id,
                    "sequence": len(known) + number,
                    "title": title,
                    "field": guessed.get(title) if guessed.get(title) not in taken else False,
                }
                for number, title in enumerate(new)
            ]
        )

    def _get_dossiers(self):
        """:return: ``{key of its name: dossier}``"""
        self.ensure_one()
        return {normalise(dossier.name): dossier for dossier in self.dossier_ids}

    def _get_translations(self):
        """:return: ``{(field, key of the file's word): what it means}``"""
        self.ensure_one()
        return {
            (value.field, normalise(value.source)): value.target or "" for value in self.value_ids
        }


class ImportValue(models.Model):
    """A word of another program and what it is called here."""

    _name = "bti.import.value"
    _inherit = ["bti.import.part"]
    _description = "Translation of an Imported Value"
    _order = "field, source, id"

    kind = fields.Selection(related="profile_id.kind")
    field = fields.Selection(selection="_get_field_choices", string="Column", required=True)
    allowed_fields = fields.Json(compute="_compute_allowed_fields")
    source = fields.Char("In the file", required=True)
    target = fields.Char("Here", help="Empty: as if the cell were empty.")

    @api.model
    def _get_field_choices(self):
        return self.env["bti.import.column"]._get_field_choices()

    @api.depends("profile_id.kind")
    def _compute_allowed_fields(self):
        for value in self:
            value.allowed_fields = self.env["bti.import.column"]._get_allowed(value.profile_id.kind)


class ImportDossier(models.Model):
    """A file of COMMSOFT: whose clients and papers it has."""

    _name = "bti.import.dossier"
    _inherit = ["bti.import.part"]
    _description = "Dossier of Another Program"
    _order = "name, id"

    name = fields.Char(required=True)
    company_id = fields.Many2one("res.company", help="Empty: the company of the import.")
    client_kind_id = fields.Many2one(
        "bti.client.kind", ondelete="restrict", help="Of its clients whose line names no kind."
    )
    left_out = fields.Boolean("Leave out", help="None of its lines is brought in.")

    @api.constrains("company_id")
    def _check_company(self):
        """A dossier is mapped to a company for which one works."""
        for dossier in self:
            if not self.env.su and dossier.company_id - self.env.user.company_ids:
                raise ValidationError(self.env._("Choose a company for which you work."))
