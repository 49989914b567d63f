from odoo import api, fields, models
from odoo.fields import Domain

SEPARATOR = " · "


class ResPartner(models.Model):
    """What a client or his site needs specially; a site has its client's requirements, too."""

    _inherit = "res.partner"

    requirement_ids = fields.One2many("bti.requirement", "partner_id", "Special Requirements")
    # stands in the row that every order reads, so that most need no look at the requirements
    has_requirements = fields.Boolean(
        compute="_compute_has_requirements",
        store=True,
        compute_sudo=True,
        recursive=True,
        export_string_translation=False,
    )

    # === COMPUTE METHODS === #

    @api.depends("requirement_ids", "parent_id.has_requirements")
    def _compute_has_requirements(self):
        for partner in self:
            partner.has_requirements = (
                bool(partner.requirement_ids) or partner.parent_id.has_requirements
            )

    # === BUSINESS METHODS === #

    def _get_requirements(self, company, for_driver=False):
        """Special requirements of these contacts and of those above them that hold today.

        :param res.company company: who sells or delivers
        :param bool for_driver: only those that a driver is told
        :rtype: bti.requirement
        """
        # sudo: who may read the order or the load may know what its client needs
        concerned = self.sudo().filtered("has_requirements")
        if not concerned:
            return self.env["bti.requirement"]
        everybody = concerned
        while concerned := concerned.parent_id - everybody:
            everybody |= concerned
        return (
            self.env["bti.requirement"]
            .sudo()
            .search(
                Domain("partner_id", "in", everybody.ids)
                & Domain("company_id", "in", [False, *company.ids])
                & (
                    Domain("valid_until", "=", False)
                    | Domain("valid_until", ">=", company._bti_today())
                )
                & (Domain("kind_id.for_driver", "=", True) if for_driver else Domain.TRUE),
                order="sequence, id",
            )
        )

    def _get_requirement_text(self, company, for_driver=False):
        """:meth:`_get_requirements` as one line, each said once.

        :rtype: str
        """
        found = self._get_requirements(company, for_driver)
        return SEPARATOR.join(dict.fromkeys(one._get_text() for one in found))
