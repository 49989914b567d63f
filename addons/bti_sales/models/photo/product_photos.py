from odoo import fields, models


class BtiPhotoLink(models.Model):
    """The other way round: a page on which a client looks at products."""

    _inherit = "bti.photo.link"

    # === FIELDS === #

    kind = fields.Selection(
        selection_add=[("show", "The Client Looks at Products")], ondelete={"show": "cascade"}
    )
    product_ids = fields.Many2many("product.product", string="Products", readonly=True)

    # === PAGE === #

    def _get_page(self):
        template, values = super()._get_page()
        if self.kind != "show":
            return template, values
        # our codes say nothing to the client
        shown = self._get_shown().with_context(display_default_code=False)
        products = [{"id": product.id, "name": product.display_name} for product in shown]
        return "bti_sales.product_photo_page", {**values, "products": products}

    def _get_shown(self):
        """:return: the products of the page, those with a photo"""
        self.ensure_one()
        self.last_used_on = fields.Datetime.now()
        return self.product_ids.filtered(lambda product: product.active and product.image_128)


class BtiPhotoMixin(models.AbstractModel):
    """Photos of products are sent from the same documents."""

    _inherit = "bti.photo.mixin"

    # === ACTIONS === #

    def action_bti_show_products(self):
        """Send the client a link to photos of products."""
        action = self.action_bti_ask_photos()
        return {
            **action,
            "name": self.env._("Send Product Photos"),
            "context": {**action["context"], "default_kind": "show"},
        }

    # === HOOKS === #

    def _bti_get_shown_products(self):
        """Hook: the products whose photos are proposed.

        :rtype: product.product
        """
        return self.env["product.product"]
