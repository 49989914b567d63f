from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class BtiPhotoAsk(models.TransientModel):
    """Send a client photos of products."""

    _inherit = "bti.photo.ask"

    kind = fields.Selection(
        selection_add=[("show", "The Client Looks at Products")], ondelete={"show": "cascade"}
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Products",
        compute="_compute_product_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('sale_ok', '=', True)]",
        help="Those that have a photo are shown.",
    )

    @api.depends("kind", "res_id")
    def _compute_product_ids(self):
        for wizard in self:
            document = wizard.kind == "show" and wizard._get_document()
            wizard.product_ids = document and document._bti_get_shown_products()

    def _get_template(self):
        template = super()._get_template()
        if self.kind != "show":
            return template
        return self.env.ref("bti_sales.sms_template_product_photos", raise_if_not_found=False)

    def _prepare_link_vals(self):
        vals = super()._prepare_link_vals()
        if self.kind == "show":
            if not self.product_ids.filtered("image_128"):
                raise UserError(self.env._("None of the chosen products has a photo."))
            vals["product_ids"] = [Command.set(self.product_ids.ids)]
        return vals
