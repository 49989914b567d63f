from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PriceFile(http.Controller):
    @http.route("/bti/prices/template.xlsx", type="http", auth="user", methods=["GET"])
    def template(self, pricelist_id=None, **kwargs):
        """A price file to fill in; with a list, its present prices.

        :param str pricelist_id: id of a ``product.pricelist`` that the user may read
        """
        wizard = request.env["bti.price.import"]
        if not wizard.has_access("create"):
            raise AccessError(request.env._("Sales managers import prices."))
        pricelist = request.env["product.pricelist"]
        if (pricelist_id or "").isdigit():
            pricelist = pricelist.search([("id", "=", int(pricelist_id))])
        content = wizard._get_template_file(pricelist)
        name = pricelist.name or request.env._("Prices")
        return request.make_response(
            content,
            headers=[
                ("Content-Type", _XLSX),
                ("Content-Disposition", content_disposition(f"{name}.xlsx")),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
