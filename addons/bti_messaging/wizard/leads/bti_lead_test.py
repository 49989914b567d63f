from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.tools import html_escape

# What a person would write, by what the question fills.
SAMPLES = {
    "full_name": "Nadia Merabet",
    "first_name": "Nadia",
    "last_name": "Merabet",
    "phone": "0550 12 34 56",
    "email": "nadia@example.com",
    "company_name": "SARL El Amel",
}


class BtiLeadTest(models.TransientModel):
    """Type sample answers and see what they would become; nothing is kept."""

    _name = "bti.lead.test"
    _inherit = "bti.wizard.mixin"
    _description = "Try an Advert's Form"

    form_id = fields.Many2one("bti.lead.form", required=True, readonly=True)
    line_ids = fields.One2many(
        "bti.lead.test.line",
        "wizard_id",
        string="Answers Received",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    result = fields.Html(string="Becomes", compute="_compute_result", sanitize=False)

    @api.model
    def _get_samples(self):
        """Hook: what a person would answer, by what the question fills.

        :rtype: dict[str, str]
        """
        return SAMPLES

    @api.depends("form_id")
    def _compute_line_ids(self):
        samples = self._get_samples()
        for wizard in self:
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "question_id": question.id,
                            "text": (question.options or [[None, ""]])[0][1]
                            or samples.get(question.target, ""),
                        }
                    )
                    for question in wizard.form_id.question_ids
                ),
            ]

    @api.depends("line_ids.text", "form_id")
    def _compute_result(self):
        for wizard in self:
            form = wizard.form_id
            answers = [[line.question_id.key, [line.text]] for line in wizard.line_ids if line.text]
            values = form._understand(answers, form.company_id)
            rows = [(name, text) for name, text in form._describe(values) if text]
            # what is in it was typed by a person: escaped by Markup
            parts = [
                Markup("<tr><th class='pe-3 align-top'>%s</th><td>%s</td></tr>")
                % (name, Markup("<br/>").join(html_escape(text).splitlines()))
                for name, text in rows
            ]
            result = Markup("<table>%s</table>") % Markup("").join(parts)
            for problem in values["problems"]:
                result += Markup("<div class='text-warning'>%s</div>") % problem
            wizard.result = result


class BtiLeadTestLine(models.TransientModel):
    """One sample answer."""

    _name = "bti.lead.test.line"
    _inherit = "bti.wizard.mixin"
    _description = "Sample Answer"

    wizard_id = fields.Many2one("bti.lead.test", required=True, ondelete="cascade")
    question_id = fields.Many2one("bti.lead.question", required=True, readonly=True)
    target = fields.Selection(related="question_id.target", string="Fills")
    text = fields.Char(string="Answer")
