from psycopg2.extras import Json

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Keep what was signed and approved before the contents of orders were kept with it."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    _keep_signed_contents(env)
    _keep_approved_contents(env)


def _keep_signed_contents(env):
    """An order that has not changed since is what was signed; of another one the total is known."""
    orders = env["sale.order"].search([("signed_on", "!=", False), ("state", "!=", "cancel")])
    # the first change of the total after the signature: what it was before was signed
    env.cr.execute(
        """
        SELECT DISTINCT ON (o.id) o.id, t.old_value_float
          FROM sale_order o
          JOIN mail_message m ON m.model = 'sale.order' AND m.res_id = o.id AND m.date > o.signed_on
          JOIN mail_tracking_value t ON t.mail_message_id = m.id
          JOIN ir_model_fields f ON f.id = t.field_id
         WHERE o.id = ANY(%s) AND f.model = 'sale.order' AND f.name = 'amount_total'
         ORDER BY o.id, m.id
        """,
        [orders.ids],
    )
    signed_totals = dict(env.cr.fetchall())
    for order in orders:
        content = order._get_content()
        total = signed_totals.get(order.id)
        if total is not None and order.currency_id.compare_amounts(total, order.amount_total):
            content.update({"total": total, "lines": []})
        order.signed_content = content


def _keep_approved_contents(env):
    """An approval of the present total is one of the present order; others are asked for again."""
    hits = env["bti.sale.rule.hit"].search(
        [("state", "=", "approved"), ("order_id.state", "in", ("draft", "sent", "sale"))]
    )
    for hit in hits:
        order = hit.order_id.with_company(hit.order_id.company_id)
        if order.currency_id.compare_amounts(order.amount_total, hit.approved_amount):
            continue
        _reason, measure = hit.rule_id.with_company(order.company_id)._get_finding(order)
        # what was decided is not written again: not by the model
        env.cr.execute(
            "UPDATE bti_sale_rule_hit SET approved_content = %s, measure = %s WHERE id = %s",
            [Json(order._get_content()), measure, hit.id],
        )
    env["bti.sale.rule.hit"].invalidate_model()
