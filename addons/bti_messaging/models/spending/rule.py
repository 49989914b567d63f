from odoo import api, fields, models


class BtiRuleMixin(models.AbstractModel):
    """A rule of one company that lets messages wait. When it changes, the jobs of the channels
    look at their queues again."""

    _name = "bti.rule.mixin"
    _description = "Rule that Lets Messages Wait"
    _inherit = ["bti.company.guard.mixin"]

    # Names of the fields a change of which changes who waits.
    _rule_fields = frozenset()

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._after_change(rules._get_governed_channels())
        return rules

    def write(self, vals):
        if not self._rule_fields & vals.keys():
            return super().write(vals)
        channels = self._get_governed_channels()
        result = super().write(vals)
        self._after_change(channels | self._get_governed_channels())
        return result

    def unlink(self):
        channels = self._get_governed_channels()
        result = super().unlink()
        self._after_change(channels)
        return result

    def _get_governed_channels(self):
        """Hook: the channels whose messages these rules may hold up.

        :return: as superuser
        :rtype: bti.channel
        """
        # sudo: their jobs decide again, nothing of them is shown
        return self.env["bti.channel"].sudo().search([("company_id", "in", self.company_id.ids)])

    def _after_change(self, channels):
        """Hook: rules have changed.

        :param bti.channel channels: those that they govern or governed before, as superuser
        """
        self.env.registry.clear_cache()
        channels._wake()
