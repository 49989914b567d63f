from odoo import api, models
from odoo.tools import SQL


class IrSequence(models.Model):
    """Numbers of a year without a gap or a double."""

    _inherit = "ir.sequence"

    def _create_date_range_seq(self, date):
        """Two first documents of a year, at the same time, take two different numbers.

        Each transaction would make its own range, both starting at 1: touching the sequence makes
        the second one fail and be retried.
        """
        self.env.cr.execute(
            SQL("UPDATE ir_sequence SET write_date = write_date WHERE id = %s", self.id)
        )
        return super()._create_date_range_seq(date)


class ResCompany(models.Model):
    """Numbers of the papers: one row per company, kind of document and year.

    The sequences are Odoo's: an administrator changes prefix and size in their screen. They have
    external ids, so that they leave with the addon.
    """

    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_numbering()
        return companies

    @api.model
    def _get_numbering(self):
        """Hook: the kinds of paper that are numbered per company and year.

        :return: code of the sequence -> its name and the prefix of its numbers
        :rtype: dict[str, tuple[str, str]]
        """
        return {}

    def _create_numbering(self):
        """Make the sequences that the companies have not yet."""
        codes = list(self._get_numbering())
        # sudo: sequences belong to administrators
        sequences = self.env["ir.sequence"].sudo().with_context(active_test=False)
        existing = {
            (company.id, code)
            for company, code in sequences._read_group(
                [("company_id", "in", self.ids), ("code", "in", codes)],
                ["company_id", "code"],
            )
        }
        missing = [
            (company, code)
            for company in self
            for code in codes
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

        :param str code: as in :meth:`_get_numbering`
        :rtype: dict
        """
        self.ensure_one()
        name, prefix = self._get_numbering()[code]
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

        :param str code: code of the sequence, see :meth:`_get_numbering`
        :param date: day whose year counts, by default the company's today
        :rtype: str
        """
        self.ensure_one()
        # sudo: who may confirm an order or print a pass need not read sequences
        sequence = self.env["ir.sequence"].sudo().with_company(self)
        date = date or self._bti_today()
        number = sequence.next_by_code(code, sequence_date=date)
        if not number and code in self._get_numbering():
            self._create_numbering()
            number = sequence.next_by_code(code, sequence_date=date)
        return number
