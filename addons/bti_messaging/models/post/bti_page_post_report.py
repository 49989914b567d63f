from odoo import api, fields, models
from odoo.tools import SQL


class BtiPagePostReport(models.Model):
    """What each post of ours brought: as Facebook counts, and in our own books."""

    _name = "bti.page.post.report"
    _description = "Figures of Posts"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "post_id"
    _depends = {
        "bti.page.post": [
            "channel_id", "company_id", "publication_id", "variant", "date", "is_visitor",
            "reach", "reactions", "shares", "clicks", "date_removed",
        ],
        "bti.page.comment": ["post_id", "is_own", "is_lead", "date_removed"],
        "bti.page.publication": ["campaign_id", "user_id"],
    }  # fmt: skip

    # === FIELDS === #

    post_id = fields.Many2one("bti.page.post", readonly=True)
    publication_id = fields.Many2one("bti.page.publication", string="Post of Ours", readonly=True)
    variant = fields.Selection(
        selection=lambda self: self.env["bti.page.post"]._fields["variant"].selection,
        string="Language",
        readonly=True,
    )
    channel_id = fields.Many2one("bti.channel", string="Page", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    date = fields.Datetime(string="Posted On", readonly=True)
    reach = fields.Integer(readonly=True)
    reactions = fields.Integer(readonly=True)
    shares = fields.Integer(readonly=True)
    clicks = fields.Integer(readonly=True)
    comment_count = fields.Integer(string="Comments", readonly=True)
    lead_count = fields.Integer(string="Leads", readonly=True)

    # === QUERY === #

    @property
    def _table_query(self):
        columns = [
            SQL("%s AS %s", expression, SQL.identifier(name))
            for name, expression in self._get_columns().items()
        ]
        return SQL(
            "SELECT %s FROM bti_page_post post %s WHERE post.is_visitor IS NOT TRUE",
            SQL(", ").join(columns),
            SQL(" ").join(self._get_joins()),
        )

    @api.model
    def _get_columns(self):
        """Hook: what each field is.

        :rtype: dict[str, SQL]
        """
        names = (
            "id", "publication_id", "variant", "channel_id", "company_id", "date",
            "reach", "reactions", "shares", "clicks",
        )  # fmt: skip
        return {
            **{name: SQL("post.%s", SQL.identifier(name)) for name in names},
            "post_id": SQL("post.id"),
            "campaign_id": SQL("publication.campaign_id"),
            "user_id": SQL("publication.user_id"),
            "comment_count": SQL("said.comment_count"),
            "lead_count": SQL("said.lead_count"),
        }

    @api.model
    def _get_joins(self):
        """Hook: where it stands; ``post`` is the row itself.

        :rtype: list[SQL]
        """
        return [
            SQL(
                "LEFT JOIN bti_page_publication publication ON publication.id = post.publication_id"
            ),
            SQL(
                """
                LEFT JOIN LATERAL (
                    SELECT count(*) AS comment_count,
                           count(*) FILTER (WHERE comment.is_lead) AS lead_count
                      FROM bti_page_comment comment
                     WHERE comment.post_id = post.id
                       AND comment.is_own IS NOT TRUE
                       AND comment.date_removed IS NULL
                ) said ON TRUE
                """
            ),
        ]


class BtiPagePublication(models.Model):
    """The figures of all posts that were made of it."""

    _inherit = "bti.page.publication"

    # === FIELDS === #

    reach = fields.Integer(compute="_compute_figures")
    reactions = fields.Integer(compute="_compute_figures")
    shares = fields.Integer(compute="_compute_figures")
    clicks = fields.Integer(compute="_compute_figures")
    comment_count = fields.Integer(string="Comments", compute="_compute_figures")
    lead_count = fields.Integer(string="Leads", compute="_compute_figures")

    # === COMPUTE METHODS === #

    @api.depends("post_ids")
    def _compute_figures(self):
        names = self._get_figure_names()
        found = {
            publication.id: figures
            for publication, *figures in self.env["bti.page.post.report"]._read_group(
                [("publication_id", "in", self.ids)],
                ["publication_id"],
                [f"{name}:sum" for name in names],
            )
        }
        for publication in self:
            figures = found.get(publication._origin.id, [0] * len(names))
            for name, figure in zip(names, figures, strict=True):
                publication[name] = figure

    # === HOOKS === #

    @api.model
    def _get_figure_names(self):
        """Hook: which figures of the report a post shows.

        :rtype: list[str]
        """
        return ["reach", "reactions", "shares", "clicks", "comment_count", "lead_count"]
