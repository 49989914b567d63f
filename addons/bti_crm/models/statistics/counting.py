from datetime import timedelta

from odoo import api, fields, models

# What is remembered of past runs.
KEPT = timedelta(days=90)


class BtiClientStatDirty(models.Model):
    """A client whose figures have to be counted again.

    Appended by what changes them, read and deleted by the next run. Plain numbers without a key
    and without a unique index: two users at work on one client neither wait nor fail.
    """

    _name = "bti.client.stat.dirty"
    _description = "Client Whose Figures Have Changed"
    _log_access = False

    partner_ref = fields.Integer(required=True, help="Id of the client or of his contact.")

    @api.model
    def _mark(self, partners):
        """Have the figures of some clients counted again; one INSERT.

        :param res.partner partners: clients, contacts or sites
        """
        if partners:
            # sudo: whoever changes what is counted
            self.sudo().create([{"partner_ref": partner_id} for partner_id in set(partners.ids)])


class BtiClientStatRun(models.Model):
    """That figures were counted: when, whose, and how many changed."""

    _name = "bti.client.stat.run"
    _description = "Count of the Figures of Clients"
    _order = "id desc"
    _rec_name = "date"

    date = fields.Datetime(
        required=True, readonly=True, help="What was stored before this moment is counted."
    )
    day = fields.Date(
        required=True, readonly=True, help="The day from which 12 months are counted back."
    )
    kind = fields.Selection(
        [("all", "All clients"), ("changed", "Clients that changed"), ("one", "On demand")],
        required=True,
        readonly=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Client", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    clients = fields.Integer(
        readonly=True, help="Clients that were counted, 0 when all were counted."
    )
    changed = fields.Integer("Changed figures", readonly=True, help="Lines of figures written.")
    seconds = fields.Float(readonly=True, digits=(10, 2))

    @api.autovacuum
    def _gc_runs(self):
        self.search([("date", "<", fields.Datetime.now() - KEPT)], limit=10_000).unlink()
