from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...tools import keyword_text

# What a question of a ready-made kind asks for, by Meta's word.
TYPES = {
    "FULL_NAME": "full_name",
    "FIRST_NAME": "first_name",
    "LAST_NAME": "last_name",
    "PHONE": "phone",
    "PHONE_NUMBER": "phone",
    "WHATSAPP_NUMBER": "phone",
    "WORK_PHONE_NUMBER": "phone",
    "EMAIL": "email",
    "WORK_EMAIL": "email",
    "COMPANY_NAME": "company_name",
}
# Words of a question that say what it asks for; the first that fits is the one.
WORDS = {
    "first_name": ("prénom", "first name", "الاسم الشخصي"),
    "last_name": ("nom de famille", "last name", "اللقب"),
    "full_name": ("full name", "nom complet", "nom", "name", "الاسم"),
    "phone": ("phone", "phone number", "téléphone", "tél", "mobile", "whatsapp", "الهاتف", "هاتف"),
    "email": ("email", "e-mail", "courriel", "البريد"),
    "company_name": ("company", "entreprise", "société", "الشركة"),
}


class BtiLeadQuestion(models.Model):
    """One question of a form, and the field that its answer fills."""

    _name = "bti.lead.question"
    _description = "Question of an Advert's Form"
    _order = "form_id, sequence, id"
    _rec_name = "label"

    # === FIELDS === #

    form_id = fields.Many2one(
        "bti.lead.form", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="form_id.company_id", store=True, precompute=True, index=True
    )
    sequence = fields.Integer(default=10, readonly=True)
    key = fields.Char(required=True, readonly=True, help="By which answers name the question.")
    label = fields.Char(string="Question", required=True, readonly=True)
    type = fields.Char(string="Kind at Facebook", readonly=True)
    options = fields.Json(readonly=True, help="What may be chosen: keys and labels.")
    options_text = fields.Char(string="Choices", compute="_compute_options_text")
    target = fields.Selection(
        [
            ("full_name", "Name"),
            ("first_name", "First name"),
            ("last_name", "Last name"),
            ("phone", "Phone"),
            ("email", "E-mail"),
            ("company_name", "Company name"),
            ("note", "Note"),
        ],
        string="Fills",
        help="What the answer fills. First and last name are joined. Whatever is chosen, all "
        "answers stay readable in the words of the person.",
    )

    _key_uniq = models.Constraint("UNIQUE(form_id, key)", "This question is already known.")

    # === COMPUTE METHODS === #

    @api.depends("options")
    def _compute_options_text(self):
        for question in self:
            labels = [label or key for key, label in question.options or []]
            question.options_text = " · ".join(labels)

    # === CRUD METHODS === #

    def write(self, vals):
        """Whoever maps a form chooses what its questions fill, nothing else."""
        if not self.env.su and vals.keys() - {"target"}:
            raise AccessError(self.env._("Only what a question fills can be changed."))
        return super().write(vals)

    # === HOOKS === #

    @api.model
    def _get_target_types(self):
        """Hook: what ready-made questions fill.

        :return: {Meta's word: value of ``target``}
        :rtype: dict[str, str]
        """
        return TYPES

    @api.model
    def _get_target_words(self):
        """Hook: words of a question by which it is known what it fills.

        :return: {value of ``target``: words}, the first that fits is proposed
        :rtype: dict[str, tuple[str, ...]]
        """
        return WORDS

    # === BUSINESS METHODS === #

    @api.model
    def _guess_target(self, key, label="", kind=""):
        """:return: what a new question probably fills, until a person looks at it
        :rtype: str | bool
        """
        if target := self._get_target_types().get(kind):
            return target
        text = keyword_text.normalise(f"{label} {key.replace('_', ' ')}")
        for target, words in self._get_target_words().items():
            if any(keyword_text.contains(text, keyword_text.normalise(word)) for word in words):
                return target
        return False

    def _get_texts(self, values):
        """:param list[str] values: as a person answered; of choices the key may be told
        :return: the same as people read it
        :rtype: list[str]
        """
        self.ensure_one()
        labels = {key: label for key, label in self.options or [] if label}
        return [labels.get(value, value) for value in values]
