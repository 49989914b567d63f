from odoo import Command, api, models

STOCK_USER = "stock.group_stock_user"
# Odoo's actions on transfers and trips that it offers to all who may read one, and who may do them.
YARD_ACTIONS = {
    "stock.action_validate_picking": (STOCK_USER,),
    "stock.action_unreserve_picking": (STOCK_USER,),
    "stock.action_print_labels": (STOCK_USER,),
    "stock.action_scrap": (STOCK_USER,),
    "stock.stock_split_picking": (STOCK_USER,),
    "stock_picking_batch.action_unreserve_batch_picking": (STOCK_USER,),
    "stock_picking_batch.action_merge_batch_picking": (STOCK_USER,),
    "stock_picking_batch.stock_add_to_wave_action_stock_picking": (STOCK_USER,),
    "stock_picking_batch.stock_picking_to_batch_action_stock_picking": (STOCK_USER,),
    "stock.action_lead_mass_mail": (STOCK_USER, "bti_crm.group_rep"),
    "stock.action_report_picking": (STOCK_USER,),
    "stock.return_label_report": (STOCK_USER,),
    "stock_picking_batch.action_report_picking_batch": (STOCK_USER,),
}


class IrActionsActions(models.Model):
    """Drivers and reps may not do the work of the yard, and a refusal is no menu."""

    _inherit = "ir.actions.actions"

    @api.model
    def _restrict_yard_actions(self):
        """Show each action of the yard to whose work it is."""
        self._change_yard_actions(Command.link)

    @api.model
    def _free_yard_actions(self):
        """Show them as Odoo does."""
        self._change_yard_actions(Command.unlink)

    @api.model
    def _change_yard_actions(self, command):
        """:param command: makes a command of the id of a group"""
        for xmlid, groups in YARD_ACTIONS.items():
            # modules of Odoo change their actions from version to version
            if action := self.env.ref(xmlid, raise_if_not_found=False):
                action.group_ids = [command(self.env.ref(group).id) for group in groups]
