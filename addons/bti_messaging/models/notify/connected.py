from odoo import api, models
from odoo.fields import Domain
from odoo.tools import ormcache


class BtiChannel(models.Model):
    """Which networks a company is connected to; a company with SMS only asks nothing else."""

    _name = "bti.channel"
    _inherit = ["bti.channel", "bti.cached.mixin"]
    _cached_fields = frozenset({"state", "active", "company_id", "provider", "kind"})

    @api.model
    @ormcache("company_id")
    def _get_connected_kinds(self, company_id):
        """:param int company_id: one company
        :return: the kinds of its networks, those that are paused included, in a fixed order
        :rtype: tuple[str]
        """
        # sudo: kept for all; it tells nobody anything about the channels
        found = self.sudo().search_fetch(
            Domain("company_id", "=", company_id)
            & Domain("kind", "not in", ("sms", False))
            & Domain("state", "in", ("active", "paused")),
            ["kind"],
        )
        return tuple(sorted(set(found.mapped("kind"))))
