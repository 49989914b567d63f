from odoo import fields, models
from odoo.fields import Domain


class BtiFilingRule(models.Model):
    """To which document a file belongs that a client sends in a conversation."""

    _name = "bti.filing.rule"
    _description = "Rule for Files of Clients"
    _inherit = ["bti.company.guard.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    # === FIELDS === #

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The first rule that finds one document is the one.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    channel_ids = fields.Many2many(
        "bti.channel",
        string="Channels",
        check_company=True,
        help="Left empty, the rule is for all channels.",
    )
    takes_pictures = fields.Boolean(string="Pictures and Videos", default=True)
    takes_documents = fields.Boolean(string="Documents")
    target = fields.Selection(
        [("contact", "The Client's File")],
        string="Goes To",
        required=True,
        default="contact",
        help="Where several documents come into question, or none, the next rule is asked; at last "
        "a person decides.",
    )
    use_count = fields.Integer(string="Files", compute="_compute_use_count")
    media_ids = fields.One2many("bti.media", "filing_rule_id", string="Files Sorted")

    # === COMPUTE METHODS === #

    def _compute_use_count(self):
        counts = dict(
            self.env["bti.media"]._read_group(
                [("filing_rule_id", "in", self.ids)], ["filing_rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.use_count = counts.get(rule._origin, 0)

    # === BUSINESS METHODS === #

    def _get_rules(self, media):
        """:param bti.media media: a file that came
        :return: the rules that are for such a file, in their order
        """
        kinds = {
            "image": "takes_pictures",
            "video": "takes_pictures",
            "document": "takes_documents",
        }
        if media.kind not in kinds:
            return self.browse()
        return self.search(
            Domain("company_id", "=", media.company_id.id)
            & Domain(kinds[media.kind], "=", True)
            & (
                Domain("channel_ids", "=", False)
                | Domain("channel_ids", "in", media.channel_id.ids)
            )
        )

    def _find_document(self, partner):
        """:param res.partner partner: who sent the file
        :return: the only document that comes into question, or an empty recordset
        """
        self.ensure_one()
        documents = getattr(self, f"_find_{self.target}")(partner)
        return documents if len(documents) == 1 else documents.browse()

    def _find_contact(self, partner):
        """Hook: the documents of target "contact". A target of an upper addon has a method
        ``_find_<target>``."""
        return partner
