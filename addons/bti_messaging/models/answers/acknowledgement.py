from datetime import UTC, datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_datetime, ormcache

from ...tools.plural import listed
from .canned_response import GAP

# How far the calendar is looked through for the last and the next hours of work.
BACK = (timedelta(days=2), timedelta(days=14), timedelta(days=70))
AHEAD = timedelta(days=30)
# Where nobody has worked in all that time.
NEVER = datetime(2000, 1, 1)


class BtiAcknowledgement(models.Model):
    """What a client is told at once when he writes while nobody works: at most once in a window,
    never by a machine to a machine."""

    _name = "bti.acknowledgement"
    _description = "Acknowledgement out of Hours"
    _inherit = ["bti.company.guard.mixin", "bti.cached.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    # === FIELDS === #

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10, help="The first one of a channel counts.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    channel_ids = fields.Many2many(
        "bti.channel",
        string="Channels",
        check_company=True,
        help="Left empty, it is for all channels. By SMS each one costs what an SMS costs.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        check_company=True,
        help="When somebody answers; public holidays are those of the calendar. Left empty, the "
        "working hours of the company.",
    )
    text = fields.Text(
        required=True,
        translate=True,
        default=lambda self: self.env._(
            "Hello, thank you for your message. We answer you from %(opening)s on.",
            opening="{opening}",
        ),
        help="In each language; the client's own is taken, as far as it is known. {opening} is "
        "when we work again, {client} his name, {company} ours.",
    )
    message_ids = fields.One2many("bti.message", "acknowledgement_id", string="Messages")
    message_count = fields.Integer(string="Used", compute="_compute_message_count")

    # === CONSTRAINTS === #

    @api.constrains("text")
    def _check_text(self):
        for acknowledgement in self:
            unknown = set(GAP.findall(acknowledgement.text or "")) - {
                "opening",
                "client",
                "company",
            }
            if unknown:
                raise ValidationError(
                    self.env._(
                        "Nothing fills these fields: %(fields)s.",
                        fields=listed(self.env, (f"{{{name}}}" for name in sorted(unknown))),
                    )
                )

    # === COMPUTE METHODS === #

    def _compute_message_count(self):
        counts = dict(
            self.env["bti.message"]._read_group(
                [("acknowledgement_id", "in", self.ids)], ["acknowledgement_id"], ["__count"]
            )
        )
        for acknowledgement in self:
            acknowledgement.message_count = counts.get(acknowledgement._origin, 0)

    # === ACTIONS === #

    def action_view_messages(self):
        """Open the messages that were answered so."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_message_action")
        return {**action, "domain": [("acknowledgement_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    @api.model
    def _find(self, channel):
        """:return: what is told on a channel, as superuser; none when nothing is"""
        return self.sudo().browse(self._find_id(channel.id, channel.company_id.id))

    @api.model
    @ormcache("channel_id", "company_id")
    def _find_id(self, channel_id, company_id):
        # asked for every message that comes in. sudo: the job's work, whoever made the setting
        found = self.sudo().search(Domain("company_id", "=", company_id))
        return next(
            (
                item.id
                for item in found
                if not item.channel_ids or channel_id in item.channel_ids.ids
            ),
            False,
        )

    def _get_closed_since(self, moment):
        """:param datetime moment: UTC
        :return: since when nobody works, in UTC; None while somebody does
        :rtype: datetime | None
        """
        self.ensure_one()
        for back in BACK:  # seldom more than a night or a weekend
            stretches = self._get_work(moment - back, moment + timedelta(minutes=1))
            if stretches:
                end = stretches[-1][1]
                return end if end <= moment else None
        return NEVER

    def _get_opening(self, moment):
        """:return: when somebody works again, in UTC, or None"""
        stretches = self._get_work(moment, moment + AHEAD)
        return stretches[0][0] if stretches else None

    def _get_work(self, start, end):
        """:return: (start, end) of the hours of work, in UTC and their order
        :rtype: list[tuple[datetime, datetime]]
        """
        calendar = self.calendar_id or self.company_id.resource_calendar_id
        if not calendar:
            return [(start, end)]
        intervals = calendar._work_intervals_batch(
            start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)
        )[False]
        return [
            tuple(edge.astimezone(UTC).replace(tzinfo=None) for edge in (begin, stop))
            for begin, stop, _attendance in intervals
        ]

    def _render(self, identity, moment):
        """:param bti.identity identity: whom it is told
        :return: the text in his language
        :rtype: str
        """
        spoken = self.with_context(lang=identity._get_answer_lang())
        opening = self._get_opening(moment)
        calendar = self.calendar_id or self.company_id.resource_calendar_id
        values = {
            "client": identity.partner_id.name or identity.profile_name or "",
            "company": self.company_id.name,
            "opening": opening
            and format_datetime(
                spoken.env, opening, tz=calendar.tz or "UTC", dt_format="EEEE d MMMM HH:mm"
            )
            or "",
        }
        return GAP.sub(lambda gap: values.get(gap[1], gap[0]), spoken.text)
