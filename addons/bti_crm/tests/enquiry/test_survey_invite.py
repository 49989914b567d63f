from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import BtiCrmCommon


@tagged("post_install", "-at_install")
class TestSurveyInvite(BtiCrmCommon):
    """Who refuses questions by e-mail is not invited to a survey."""

    def test_only_who_may_be_asked_is_invited(self):
        survey = self.env["survey.survey"].create(
            {"title": "How was it?", "access_mode": "token", "users_login_required": False}
        )
        willing, refusing = self.env["res.partner"].create(
            [
                {"name": "Willing", "email": "willing@example.com"},
                {"name": "Refusing", "email": "Refusing@Example.com"},
            ]
        )
        self.env["bti.consent"].create(
            [
                {
                    "company_id": self.env.company.id,
                    "kind": "email",
                    "address": address,
                    "purpose": "survey",
                    "state": "withdrawn",
                    "how": "call",
                    "proof": "No questions",
                }
                for address in ("refusing@example.com", "other@example.com")
            ]
        )
        self._invite(survey, willing | refusing, "other@example.com, new@example.com")
        self.assertEqual(
            set(survey.user_input_ids.mapped("email")), {"willing@example.com", "new@example.com"}
        )
        with self.assertRaises(UserError):  # in words of the survey, whose language it has
            self._invite(survey, refusing, "")

    def _invite(self, survey, partners, emails):
        self.env["survey.invite"].create(
            {
                "survey_id": survey.id,
                "partner_ids": [(6, 0, partners.ids)],
                "emails": emails,
                "subject": "How was it?",
                "body": "<p>Tell us</p>",
            }
        ).action_invite()
