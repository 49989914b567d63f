from odoo import api, models


class BtiCachedMixin(models.AbstractModel):
    """Records of which something is kept in memory by ``ormcache``: a change forgets it.

    A model of ours inherits it, and any change counts. Of a model of Odoo the room that keeps
    something names the fields that it has read; what several rooms name adds up::

        class ResCity(models.Model):
            _name = "res.city"
            _inherit = ["res.city", "bti.cached.mixin"]
            _cached_fields = frozenset({"distance_km"})

    New and deleted records always count. The cache is emptied after the change, also for the other
    workers, once it is committed.
    """

    _name = "bti.cached.mixin"
    _description = "Records Kept in Memory"

    # Names of the fields that were read into memory; no name at all in any class: all fields.
    _cached_fields = frozenset()
    # The cache of the registry, as named in `ormcache(cache=...)`.
    _cached_in = "default"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self._forget_cached()
        return records

    def write(self, vals):
        result = super().write(vals)
        names = frozenset().union(
            *(vars(cls).get("_cached_fields", ()) for cls in type(self).mro())
        )
        if not names or not names.isdisjoint(vals):
            self._forget_cached()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget_cached()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _forget_cached(self):
        """Empty the cache in which these records are kept."""
        self.env.registry.clear_cache(self._cached_in)
