from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# Who may read figures: their own clients' reps, managers, who writes to segments.
READERS = "sales_team.group_sale_salesman,mass_mailing.group_mass_mailing_user"
PREFIX = "stat_"


def figure(kind, name, string, **attributes):
    """A field of ``res.partner`` that shows and searches a figure in the user's company.

    Plain names for the editor of domains; the company is added here, so that a filter never finds
    a client by the figures that he has in another one.

    :param type kind: class of the field
    :param str name: field of ``bti.client.stat``; the partner's is ``stat_<name>``
    """
    return kind(
        string=string,
        compute="_compute_figures",
        search=lambda self, operator, value: self._search_figure(name, operator, value),
        compute_sudo=False,
        groups=READERS,
        **attributes,
    )


def days_since(name, string):
    """A field of ``res.partner`` that searches the days since a figure, which is a day: the editor
    of domains knows no "before today less 90 days".

    :param str name: field of ``bti.client.stat``, a date
    """
    return fields.Integer(
        string=string,
        compute="_compute_days_since",
        search=lambda self, operator, value: self._search_days_since(name, operator, value),
        compute_sudo=False,
        groups=READERS,
    )


# One day is later than another when fewer days have passed since.
TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


class ResPartner(models.Model):
    """The figures of a client in his file, and in filters."""

    _inherit = "res.partner"

    stat_ids = fields.One2many("bti.client.stat", "partner_id", "Figures", groups=READERS)
    stat_first_enquiry = figure(fields.Date, "first_enquiry", "First enquiry")
    stat_last_enquiry = figure(fields.Date, "last_enquiry", "Last enquiry")
    stat_enquiries_12m = figure(fields.Integer, "enquiries_12m", "Enquiries, 12 months")
    stat_open_enquiries = figure(fields.Integer, "open_enquiries", "Open enquiries")
    stat_last_contact = figure(fields.Date, "last_contact", "Last contact")
    stat_last_heard = figure(fields.Date, "last_heard", "Last heard of")

    days_since_contact = days_since("last_contact", "Days since last contact")

    # === COMPUTE METHODS === #

    @api.model
    def _get_figures(self):
        """:return: fields that show a figure, with the field of ``bti.client.stat``
        :rtype: dict[str, str]
        """
        figures = self.env["bti.client.stat"]._fields
        return {
            name: name.removeprefix(PREFIX)
            for name in self._fields
            if name.startswith(PREFIX) and name.removeprefix(PREFIX) in figures
        }

    @api.depends_context("company", "uid")
    def _compute_figures(self):
        """As the reader: the figures of a colleague's client are not shown."""
        figures = self._get_figures()
        stats = self.env["bti.client.stat"]
        if stats.has_access("read"):
            stats = stats.search(
                [("partner_id", "in", self.ids), ("company_id", "=", self.env.company.id)]
            )
        by_partner = {stat.partner_id.id: stat for stat in stats}
        for partner in self:
            stat = by_partner.get(partner._origin.id, stats.browse())
            for name, source in figures.items():
                partner[name] = stat[source]

    @api.model
    def _search_figure(self, name, operator, value):
        """Clients by a figure in the user's company; who has none there is at zero.

        :param str name: field of ``bti.client.stat``
        :rtype: Domain
        """
        stats = self.env["bti.client.stat"]
        leaf = Domain(name, operator, value)
        here = Domain("company_id", "=", self.env.company.id)
        found = Domain("stat_ids", "any", here & leaf)
        if stats.new({}).filtered_domain(leaf):
            found |= Domain("stat_ids", "not any", here)
        return found

    @api.model
    def _get_days_since(self):
        """Hook: fields that count days, with the figure that is the day.

        :rtype: dict[str, str]
        """
        return {"days_since_contact": "stat_last_contact"}

    @api.depends_context("company", "uid")
    def _compute_days_since(self):
        today = self.env.company._bti_today()
        for partner in self:
            for name, source in self._get_days_since().items():
                partner[name] = (today - partner[source]).days if partner[source] else 0

    @api.model
    def _search_days_since(self, name, operator, value):
        """Clients by the days since a figure; who has none is not found.

        :param str name: field of ``bti.client.stat``
        :rtype: Domain
        """
        today = self.env.company._bti_today()
        if operator == "in":
            days = [
                count is not False and today - timedelta(days=int(count)) for count in value
            ]  # fmt: skip
            return self._search_figure(name, "in", days)
        if operator not in TURNED:
            return NotImplemented
        return self._search_figure(name, TURNED[operator], today - timedelta(days=int(value)))

    # === CRUD METHODS === #

    def write(self, vals):
        """Who becomes a contact of somebody, or leaves him, takes his orders along."""
        if not {"parent_id", "is_company"} & vals.keys():
            return super().write(vals)
        before = self.commercial_partner_id
        result = super().write(vals)
        self.env["bti.client.stat.dirty"]._mark(before | self)
        return result

    # === ACTION METHODS === #

    def action_view_figures(self):
        """Open the figures of this client in the user's company, counted now if never before.

        :rtype: dict
        """
        self.ensure_one()
        client = self.commercial_partner_id
        stats = self.env["bti.client.stat"]
        stats.check_access("read")
        mine = [("partner_id", "=", client.id), ("company_id", "=", self.env.company.id)]
        # sudo: whether there are any; whether the user may read them is asked below
        if not stats.sudo().search_count(mine, limit=1):
            stats.sudo()._refresh_clients(client)  # sudo: figures are written by the program
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_crm.action_bti_client_stat")
        stat = stats.search(mine, limit=1)
        if stat:
            return {
                **action,
                "views": [(False, "form")],
                "res_id": stat.id,
                "context": {"create": False},
            }
        return {**action, "domain": mine, "context": {}}
