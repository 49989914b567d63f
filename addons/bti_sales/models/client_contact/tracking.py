from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_datetime

from odoo.addons.bti_messaging.tools import signed_token

from ...tools import counts

TRACKING_SCOPE = "delivery"


class ResCompany(models.Model):
    _inherit = "res.company"

    tracking_link_days = fields.Integer(
        "Days of tracking",
        default=30,
        help="Days for which the tracking link sent to a client works.",
        prefetch=False,
    )

    _tracking_link_days_positive = models.Constraint(
        "CHECK(tracking_link_days > 0)", "A tracking link works for one day at least."
    )


class StockPicking(models.Model):
    """The page on which a client follows his delivery."""

    _inherit = "stock.picking"

    tracking_url = fields.Char(
        "Tracking link",
        compute="_compute_tracking_url",
        help="Link to the page on which the client follows this delivery, without login.",
    )

    # === COMPUTE METHODS === #

    @api.depends("stage_id")
    def _compute_tracking_url(self):
        for picking in self:
            picking.tracking_url = picking._get_tracking_url()

    # === ACTION METHODS === #

    def action_open_tracking(self):
        """Open the page as the client sees it."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self._get_tracking_url(), "target": "new"}

    # === BUSINESS METHODS === #

    def _get_tracking_url(self):
        """Short link to the tracking page; it works for the days that the company sets.

        :rtype: str | False
        """
        self.ensure_one()
        if not self.stage_id or not isinstance(self.id, int):
            return False
        # sudo: setting of the company, also for drivers
        days = self.sudo().company_id.tracking_link_days
        expires = fields.Datetime.now() + timedelta(days=days)
        token = signed_token.sign(self.env, TRACKING_SCOPE, self.id, expires)
        return f"{self.get_base_url()}/t/{token}"

    @api.model
    def _get_tracked(self, token):
        """Find the delivery of a tracking link.

        :param str token: what came in the URL
        :return: ``stock.picking``, empty when there is nothing to show
        """
        picking = self.browse(signed_token.verify(self.env, TRACKING_SCOPE, token) or []).exists()
        while picking.replacement_id:
            picking = picking.replacement_id
        return picking.filtered(lambda picking: picking.stage_id and picking.state != "cancel")

    def _get_tracking_lang(self):
        """Language of the tracking page: the client's, else the company's.

        :return: code of an active language
        """
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        partners = self._bti_notify_partner() | self.partner_id | self.company_id.partner_id
        return next(
            (partner.lang for partner in partners if partner.lang in installed),
            self.env["ir.http"]._get_default_lang().code,
        )

    def _get_tracking_values(self):
        """All that the tracking page shows, as plain values: no price, phone or street of anybody.

        The environment's language is the page's.

        :rtype: dict
        """
        self.ensure_one()
        sheet = self.contact_sheet_id
        is_open = sheet and sheet.state != "done"
        return {
            "logo_company_id": self.company_id.id if not self.company_id.uses_default_logo else 0,
            "company_name": self.company_id.name,
            "company_phone": self.company_id.phone or "",
            "reference": self.sale_id.name or self.name,
            "commune": self.partner_city or "",
            "stages": self._get_tracking_stages(),
            "is_delivered": self.state == "done",
            "scheduled_date": self._format_tracking_date(self.scheduled_date),
            "truck_plate": self.truck_plate or "",
            "driver_first_name": self._get_driver_first_name(),
            "lines": [self._get_tracking_line(line) for line in self._get_load_lines()],
            "sheet_url": self.env["ir.http"]._url_for(sheet.get_start_url(), self.env.lang)
            if is_open
            else "",
            "sheet_done": sheet.state == "done",
        }

    def _get_tracking_line(self, line):
        """A product of the page, its quantities in words.

        :param dict line: of ``_get_load_lines``
        :rtype: dict
        """
        pallets, loose = line["pallets"], line["loose"]
        return {
            "product": line["product"],
            "pieces": counts.pieces(self.env, line["pieces"]),
            "pallets": counts.pallets(self.env, pallets) if pallets else "",
            "pieces_per_pallet": line["pieces_per_pallet"],
            "loose": counts.loose_pieces(self.env, loose) if loose else "",
        }

    def _get_tracking_stages(self):
        """The stages of the page in their order.

        :return: list of dict: ``label``, ``status`` (done, current, todo) and ``date`` (text)
        """
        self.ensure_one()
        route = self.env["bti.delivery.stage"]
        route = (route.browse(route._get_route_ids()) | self.stage_id).sorted(
            lambda stage: (stage.sequence, stage.id)
        )
        dates = {step.stage_id: step.date for step in self.step_ids if not step.passed}
        dates.setdefault(route[:1], self.create_date)
        shown = route.filtered("client_label")
        reached = shown.filtered(lambda stage: not stage._is_after(self.stage_id))
        return [
            {
                "label": stage.client_label,
                "status": "current"
                if stage == reached[-1:]
                else "done"
                if stage in reached
                else "todo",
                "date": self._format_tracking_date(dates.get(stage)) if stage in reached else "",
            }
            for stage in shown
            if stage in reached or stage.kind not in ("refused", "closed")
        ]

    def _format_tracking_date(self, date):
        """A date and time in the page's language and the client's time zone."""
        if not date:
            return ""
        timezone = (
            self.partner_id.tz or self.company_id.partner_id.tz or self.sale_user_id.tz or "UTC"
        )
        return format_datetime(self.env, date, tz=timezone, dt_format="EEE d MMM HH:mm")
