from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

PAGE = 40


class DeliveryPortal(CustomerPortal):
    """The deliveries of a client, from his own pages."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "delivery_count" in counters:
            Picking = request.env["stock.picking"]
            values["delivery_count"] = (
                Picking.search_count(self._get_deliveries_domain())
                if Picking.has_access("read")
                else 0
            )
        return values

    def _get_deliveries_domain(self):
        """Hook: which deliveries a client is shown; his rule of access cuts it down further."""
        partner = request.env.user.partner_id.commercial_partner_id
        return [
            ("stage_id", "!=", False),
            ("state", "!=", "cancel"),
            ("partner_id", "child_of", partner.id),
        ]

    @route(
        ["/my/deliveries", "/my/deliveries/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_deliveries(self, page=1, **kwargs):
        """The client's deliveries, the newest first.

        :param int page: of the pager
        """
        Picking = request.env["stock.picking"]
        domain = self._get_deliveries_domain()
        allowed = Picking.has_access("read")
        deliveries_pager = pager(
            url="/my/deliveries",
            total=Picking.search_count(domain) if allowed else 0,
            page=page,
            step=PAGE,
        )
        deliveries = Picking
        if allowed:
            deliveries = Picking.search(
                domain,
                order="scheduled_date desc, id desc",
                limit=PAGE,
                offset=deliveries_pager["offset"],
            )
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "page_name": "deliveries",
                # sudo: stage and load of deliveries that were found by the user's own rights
                "deliveries": deliveries.sudo(),
                "pager": deliveries_pager,
                "default_url": "/my/deliveries",
            }
        )
        return request.render("bti_sales.portal_my_deliveries", values)
