from odoo import fields, models
from odoo.fields import Domain


class BtiClientStat(models.Model):
    """The figures of one client in one company; of a client's contacts and sites together.

    Written by SQL only (``refresh.py``). Kept are days, never "days since": what has not happened
    needs no write. No index but the unique one: an index on a figure would make each night's
    update move the row.
    """

    _name = "bti.client.stat"
    _description = "Figures of a Client"
    _rec_name = "partner_id"
    _order = "id"

    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(related="partner_id.user_id", string="Sales rep")
    client_kind_id = fields.Many2one(related="partner_id.client_kind_id")
    state_id = fields.Many2one(related="partner_id.state_id", string="Wilaya")
    as_of = fields.Datetime(
        compute="_compute_as_of", help="When the figures of this client were last counted."
    )
    first_enquiry = fields.Date(
        readonly=True, help="Day of his first enquiry. Source: enquiries, lost ones too."
    )
    last_enquiry = fields.Date(
        readonly=True, help="Day of his latest enquiry. Source: enquiries, lost ones too."
    )
    enquiries_12m = fields.Integer(
        "Enquiries, 12 months",
        readonly=True,
        help="Enquiries of the last 365 days. Source: enquiries, lost ones too.",
    )
    open_enquiries = fields.Integer(
        readonly=True, help="Enquiries that are neither won nor lost. Source: enquiries."
    )
    last_contact = fields.Date(
        readonly=True,
        help="Day of the latest message from or to him, on whatever channel. Source: messages.",
    )
    last_heard = fields.Date(
        "Last heard of",
        readonly=True,
        help="Day of the latest message that came from him. Source: messages.",
    )

    _partner_company_uniq = models.Constraint(
        "UNIQUE(partner_id, company_id)", "A client has one line of figures in each company."
    )

    def init(self):
        """Leave room in the pages, so that a changed row stays where it is (HOT)."""
        self.env.cr.execute("ALTER TABLE bti_client_stat SET (fillfactor = 80)")

    # === COMPUTE METHODS === #

    def _compute_as_of(self):
        # sudo: when the program counted is no secret
        runs = self.env["bti.client.stat.run"].sudo()
        latest = dict(
            runs._read_group(
                [("partner_id", "in", [False, *self.partner_id.ids])],
                ["partner_id"],
                ["date:max"],
            )
        )
        everybody = latest.get(self.env["res.partner"])
        for stat in self:
            days = [day for day in (everybody, latest.get(stat.partner_id)) if day]
            stat.as_of = max(days, default=False)

    # === ACTION METHODS === #

    def action_refresh(self):
        """Count the figures of these clients now."""
        self.check_access("read")
        # sudo: figures are written by the program; they are the same whoever asks for them
        if not self.sudo()._refresh_clients(self.partner_id):
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "message": self.env._(
                        "The figures of all clients are being counted right now: look again in a"
                        " minute."
                    ),
                },
            }
        return True

    def action_explain(self):
        """Open the records behind a figure, which the context names (``figure``).

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        figure = self.env.context.get("figure")
        action, domain = self._get_records_behind(figure)
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(action),
            "domain": list(domain & Domain("company_id", "in", [self.company_id.id, False])),
            "context": {"create": False},
        }

    def _get_records_behind(self, figure):
        """Hook: which records a figure was counted from.

        :param str figure: what the button asks for
        :return: external id of a window action, and the domain of the records
        :rtype: tuple[str, Domain]
        """
        client = Domain("partner_id.commercial_partner_id", "=", self.partner_id.id)
        if figure == "messages":
            return "bti_messaging.bti_message_action", client
        return "crm.crm_lead_action_pipeline", client & Domain("active", "in", [True, False])
