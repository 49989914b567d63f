from odoo import api, fields, models

from ...tools import loading


class ProductTemplate(models.Model):
    """How many pieces a square metre of wall or floor takes."""

    _inherit = "product.template"

    surface_kind = fields.Selection(
        [("wall", "Wall"), ("floor", "Floor")],
        "Surface",
        default="wall",
        help="What the product makes. A wall shows the length and the height of a piece, a floor"
        " its length and its width.",
        prefetch="surface",
    )
    joint_mm = fields.Integer(
        "Joint (mm)",
        help="Mortar joint around each piece, in millimetres.",
        default=10,
        prefetch="surface",
    )
    # these two are fetched with the product: a quantity typed in square metres asks for them
    waste_percent = fields.Float(
        "Waste (%)",
        digits=(5, 1),
        help="Pieces that break or are cut, in percent of those that are laid.",
    )
    pieces_per_m2 = fields.Float(
        "Pieces per m²",
        digits=(8, 2),
        compute="_compute_pieces_per_m2",
        inverse="_inverse_pieces_per_m2",
        store=True,
        help="Worked out from dimensions and joint; enter another figure where it depends on more,"
        " such as the joists of a floor. 0 goes back to the dimensions.",
    )
    pieces_per_m2_given = fields.Float(
        digits=(8, 2),
        help="Pieces per m² as entered; 0: worked out from the dimensions.",
        prefetch="surface",
    )

    _joint_mm_positive = models.Constraint(
        "CHECK(joint_mm IS NULL OR joint_mm >= 0)", "A joint cannot be negative."
    )
    _waste_percent_positive = models.Constraint(
        "CHECK(waste_percent IS NULL OR waste_percent >= 0)", "Waste cannot be negative."
    )
    _pieces_per_m2_positive = models.Constraint(
        "CHECK(pieces_per_m2_given IS NULL OR pieces_per_m2_given >= 0)",
        "The number of pieces per m² cannot be negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "pieces_per_m2_given", "length_cm", "width_cm", "height_cm", "joint_mm", "surface_kind"
    )
    def _compute_pieces_per_m2(self):
        for template in self:
            template.pieces_per_m2 = (
                template.pieces_per_m2_given or template._get_face_centi_pieces() / 100
            )

    def _inverse_pieces_per_m2(self):
        for template in self:
            given = round(template.pieces_per_m2 * 100)
            computed = template._get_face_centi_pieces()
            # a form sends back what it was shown: that is no figure of somebody's own
            template.pieces_per_m2_given = given / 100 if given != computed else 0.0
            if not given and computed:
                template.pieces_per_m2 = computed / 100

    # === BUSINESS METHODS === #

    def _get_face_centi_pieces(self):
        """Pieces per square metre by the dimensions, in hundredths; 0 when they are not known.

        :rtype: int
        """
        self.ensure_one()
        across = self.width_cm if self.surface_kind == "floor" else self.height_cm
        return loading.face_pieces(
            round(self.length_cm * 10), round(across * 10), max(self.joint_mm, 0)
        )
