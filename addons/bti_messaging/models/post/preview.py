from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime

from ...tools.post_links import LINK, tag_links

# Facebook hides what follows behind "See more".
SHOWN_LENGTH = 477
SHOWN_LINES = 5
SHOWN_FILES = 5


class BtiPagePublication(models.Model):
    """How Facebook will show a post."""

    _inherit = "bti.page.publication"

    # === FIELDS === #

    preview_html = fields.Html(
        string="Preview", compute="_compute_preview_html", compute_sudo=True, sanitize=False
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "text_fr", "text_ar", "layout", "link", "attachment_ids", "campaign_id", "channel_id",
        "scheduled_at",
    )  # fmt: skip
    @api.depends_context("lang", "tz", "uid")
    def _compute_preview_html(self):
        for publication in self:
            # computed as superuser, of what somebody types: he sees no more than he may read
            own = publication.sudo(False)
            named = (own.channel_id._origin, own.attachment_ids._origin, *own._get_previewed())
            if not all(records.has_access("read") for records in named if records):
                publication.preview_html = False
                continue
            cards = [
                self.env["ir.qweb"]._render(
                    "bti_messaging.page_post_card", publication._prepare_card(variant)
                )
                for variant in publication._get_variants()
            ]
            publication.preview_html = Markup("").join(cards)

    # === BUSINESS METHODS === #

    def _prepare_card(self, variant):
        """:param str variant: one text of the post
        :return: values of the template of a card
        :rtype: dict
        """
        self.ensure_one()
        text = self._get_text(variant)
        shown, more = _cut(text)
        files = self.attachment_ids.sorted(lambda file: file._origin.id)
        moment = self.scheduled_at or fields.Datetime.now()
        link = not files and tag_links(self.link or "", self.campaign_id.name)
        return {
            "page": self.channel_id.name or "",
            "moment": format_datetime(self.env, moment, dt_format="d MMMM y HH:mm"),
            "paragraphs": [_mark_links(line) for line in shown.split("\n")],
            "more": more,
            "files": [
                {
                    "url": f"/web/content/{file._origin.id or file.id}",
                    "is_video": (file.mimetype or "").startswith("video/"),
                    "name": file.name or "",
                }
                for file in files[:SHOWN_FILES]
            ],
            "hidden_files": max(0, len(files) - SHOWN_FILES),
            "link": link,
            "host": link and link.partition("://")[2].partition("/")[0],
        }

    def _get_previewed(self):
        """Hook: other records whose values stand in the preview, as the user.

        :rtype: list[models.Model]
        """
        self.ensure_one()
        return []


def _cut(text):
    """:return: what is seen at once, and whether there is more"""
    lines = text.split("\n")
    shown = "\n".join(lines[:SHOWN_LINES]) if len(lines) > SHOWN_LINES + 1 else text
    shown = shown if len(shown) <= SHOWN_LENGTH else shown[:SHOWN_LENGTH].rsplit(" ", 1)[0]
    return shown, len(shown) < len(text)


def _mark_links(line):
    """:return: the line with its links as Facebook colours them, all else escaped"""
    parts, end = [], 0
    for found in LINK.finditer(line):
        parts += [
            line[end : found.start()],
            Markup("<span class='o_bti_fb_link'>%s</span>") % found[0],
        ]
        end = found.end()
    return Markup("").join([*parts, line[end:]])
