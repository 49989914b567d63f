from odoo import api, fields, models


class UomUom(models.Model):
    _inherit = "uom.uom"

    is_pallet = fields.Boolean(
        "Is a pallet",
        help="This unit is a strapped pallet: full pallets are counted in it.",
    )

    @api.model
    def _get_pallet_uoms(self, unit, sizes):
        """Find or create the pallet units of the given sizes.

        A size that changes makes a new unit: documents that use the former one keep it.

        :param unit: ``uom.uom`` of one piece
        :param set sizes: pieces per pallet
        :return: ``{size: uom.uom record}``
        """
        # sudo: a product manager who sets a pallet size need not be allowed to edit units
        uoms_sudo = self.sudo().with_context(active_test=False)
        known = {
            round(uom.relative_factor): uom
            for uom in uoms_sudo.search(
                [
                    ("is_pallet", "=", True),
                    ("relative_uom_id", "=", unit.id),
                    ("relative_factor", "in", list(sizes)),
                ],
                order="active, id desc",
            )
        }
        missing = sorted(set(sizes) - set(known))
        created = uoms_sudo.create(
            [
                {
                    "name": self.env._("Pallet (%(pieces)s)", pieces=size),
                    "relative_uom_id": unit.id,
                    "relative_factor": size,
                    "is_pallet": True,
                }
                for size in missing
            ]
        )
        for lang, _name in self.env["res.lang"].get_installed():
            for uom, size in zip(created, missing, strict=True):
                uom.with_context(lang=lang).name = self.with_context(lang=lang).env._(
                    "Pallet (%(pieces)s)", pieces=size
                )
        known.update(zip(missing, created, strict=True))
        archived = self.browse([uom.id for uom in known.values() if not uom.active])
        archived.sudo().active = True  # sudo: as above
        return {size: uom.sudo(False) for size, uom in known.items()}
