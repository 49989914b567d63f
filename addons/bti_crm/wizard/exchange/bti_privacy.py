from odoo import models


class BtiPrivacy(models.TransientModel):
    """What imported files said of a person: erased with him, whoever may see imports."""

    _inherit = "bti.privacy"

    def _erase(self):
        partners = self.partner_ids  # found by what is about to be erased
        # sudo: lines of imports are the system's
        rows = self.env["bti.import.row"].sudo().search(
            [("run_id.res_model", "=", "res.partner"), ("res_id", "in", partners.ids)]
        )  # fmt: skip
        counts = super()._erase()
        self.env["bti.import.line"].sudo().search([("row_id", "in", rows.ids)]).unlink()
        rows.write({"cells": [], "before": False, "key": False, "base_key": False, "marks": False})
        # longer than the lines are kept
        kinds = self.env["bti.import.kind"]._get_kinds_of("res.partner")
        self.env["bti.import.key"].sudo().search(
            [("kind", "in", kinds), ("res_id", "in", partners.ids)]
        ).unlink()
        return counts
