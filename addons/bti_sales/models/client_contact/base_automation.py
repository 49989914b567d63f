from odoo import api, models, tools
from odoo.fields import Domain


class BaseAutomation(models.Model):
    _inherit = "base.automation"

    # Odoo asks for the rules of a model with one query at each write and at each stored compute of
    # its records. With rules on deliveries that would be dozens of queries more for each confirmed
    # order, so the ids come from a cache that every change of a rule clears.

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        automations = super().create(vals_list)
        self.env.registry.clear_cache("stable")
        return automations

    def write(self, vals):
        res = super().write(vals)
        # the job of the time rules notes its last run: no reason to empty every worker's cache
        if vals.keys() - {"last_run"}:
            self.env.registry.clear_cache("stable")
        return res

    def unlink(self):
        res = super().unlink()
        self.env.registry.clear_cache("stable")
        return res

    # === BUSINESS METHODS === #

    @api.model
    def _get_actions(self, records, triggers):
        """Override of `base_automation`: look the rules up in the cache."""
        if "__action_done" not in self.env.context:
            self = self.with_context(__action_done={})
        return self.browse(self._get_cached_action_ids(records._name, tuple(triggers)))

    @api.model
    @tools.ormcache("model_name", "triggers", cache="stable")
    def _get_cached_action_ids(self, model_name, triggers):
        """Ids of the active rules of a model, in their order.

        :param str model_name: technical name of the model
        :param tuple[str] triggers: triggers to look for
        :rtype: tuple[int]
        """
        # sudo: rules work for users who may not read them
        domain = Domain("model_name", "=", model_name) & Domain("trigger", "in", triggers)
        return tuple(self.sudo().with_context(active_test=True).search(domain)._ids)
