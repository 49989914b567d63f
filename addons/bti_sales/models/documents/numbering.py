from odoo import api, fields, models

#: code of a sequence -> its name and the prefix of its numbers
NUMBERING = {
    "sale.order": ("Pro-forma invoices", "PF"),
    "bti.order.confirmation": ("Order confirmations", "BC"),
    "bti.gate.pass": ("Gate passes", "BS"),
    "bti.pallet.statement": ("Statements of pallets", "EP"),
}


class ResCompany(models.Model):
    """Numbers of the documents: one row per company, kind of document and year.

    The sequences are Odoo's: an administrator changes prefix and size in their screen. They have
    external ids, so that they leave with the addon.
    """

    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_numbering()
        return companies

    def _create_numbering(self):
        """Make the sequences that the companies have not yet."""
        # sudo: sequences belong to administrators
        sequences = self.env["ir.sequence"].sudo().with_context(active_test=False)
        existing = {
            (company.id, code)
            for company, code in sequences._read_group(
                [("company_id", "in", self.ids), ("code", "in", list(NUMBERING))],
                ["company_id", "code"],
            )
        }
        missing = [
            (company, code)
            for company in self
            for code in NUMBERING
            if (company.id, code) not in existing
        ]
        created = sequences.create(
            [company._prepare_numbering_vals(code) for company, code in missing]
        )
        self.env["ir.model.data"].sudo()._update_xmlids(  # sudo: as above
            [
                {
                    "xml_id": f"bti_sales.sequence_{code.replace('.', '_')}_{company.id}",
                    "record": sequence,
                    "noupdate": True,
                }
                for (company, code), sequence in zip(missing, created, strict=True)
            ]
        )
        return created

    def _prepare_numbering_vals(self, code):
        """Values of the sequence of one kind of document.

        :param str code: key of :data:`NUMBERING`
        :rtype: dict
        """
        self.ensure_one()
        name, prefix = NUMBERING[code]
        return {
            "name": f"{name}: {self.name}",
            "code": code,
            "prefix": f"{prefix}/%(range_year)s/",
            "padding": 5,
            "use_date_range": True,
            "company_id": self.id,
        }

    def _next_number(self, code, date=None):
        """Draw the next number of a kind of document of the company.

        >>> company._next_number("bti.gate.pass")
        'BS/2026/00001'

        :param str code: code of the sequence, see :data:`NUMBERING`
        :param date: day whose year counts, by default today in the user's time zone
        :rtype: str
        """
        self.ensure_one()
        # sudo: who may confirm an order or print a pass need not read sequences
        sequence = self.env["ir.sequence"].sudo().with_company(self)
        date = date or fields.Date.context_today(self)
        number = sequence.next_by_code(code, sequence_date=date)
        if not number and code in NUMBERING:
            self._create_numbering()
            number = sequence.next_by_code(code, sequence_date=date)
        return number
