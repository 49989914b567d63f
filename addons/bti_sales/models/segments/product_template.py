from odoo import models


class ProductTemplate(models.Model):
    """One click from a product to the segment of its regulars."""

    _inherit = "product.template"

    def action_open_regulars(self):
        """Open the segment of who receives this product regularly, made where there is none.

        :rtype: dict
        """
        self.ensure_one()
        segments = self.env["bti.segment"]
        segments.check_access("read")
        domain = repr([("regular_product_ids", "in", sorted(self.product_variant_ids.ids))])
        here = [("domain", "=", domain), ("company_id", "in", [self.env.company.id, False])]
        segment = segments.search(here, limit=1) or segments.create(
            {
                "name": self.env._("Regulars of %(product)s", product=self.display_name),
                "domain": domain,
            }
        )
        if not segment.counted_on:
            segment.action_refresh()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("bti_crm.action_bti_segment"),
            "views": [(False, "form")],
            "res_id": segment.id,
        }
