from odoo import fields, models


class ResCompany(models.Model):
    """Stamp duty of the company."""

    _inherit = "res.company"

    stamp_duty_on_cash = fields.Boolean(
        "Stamp duty on cash",
        default=True,
        help="Adds the duty of the company's country to the invoices that are paid in cash.",
    )
    stamp_duty_account_id = fields.Many2one(
        "account.account",
        "Stamp duty account",
        check_company=True,
        help="Account of the duty until it is paid to the State, by default 4478 of the Algerian"
        " chart.",
        prefetch=False,
    )

    def _owes_stamp_duty(self, payment_method_line):
        """Whether a payment by this method bears the duty.

        :param payment_method_line: ``account.payment.method.line`` of the document
        :rtype: bool
        """
        # the cheapest question first: the country is read from the company's address
        return bool(
            payment_method_line
            # sudo: sales reps do not read journals
            and payment_method_line.sudo().journal_id.type == "cash"
            and self.stamp_duty_on_cash
            and self.country_id
        )

    def _get_stamp_duty_account(self):
        """Account of the duty: the one that is set, the chart's, or the product's.

        :rtype: account.account
        """
        self.ensure_one()
        if self.stamp_duty_account_id:
            return self.stamp_duty_account_id
        accounts = self.env["account.account"].sudo().with_company(self)  # sudo: as above
        if self.chart_template == "dz" and (
            account := accounts.search(
                [
                    *accounts._check_company_domain(self),
                    ("code", "=like", "4478%"),
                ],
                limit=1,
            )
        ):
            return account
        product = self.env.ref("bti_sales.product_stamp_duty").sudo().with_company(self)
        return product.product_tmpl_id.get_product_accounts()["income"]
