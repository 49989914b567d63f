"""What a brickworks has in its database before an upgrade: run in the shell of the older code.

It stands above the demo story of that code and is written for it: do not bring it up to date.
Prints one line of JSON, after a mark, with what the test compares afterwards.
"""
# ruff: noqa: F821, F811, PLW0127

import json

from odoo import Command, fields

SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


def ref(name):
    """Record of an external id of the sales addon, or of another one."""
    return env.ref(name if "." in name else f"bti_sales.{name}")


company = ref("base.main_company")
env = env(user=ref("base.user_admin"), context={"lang": "fr_FR", "tracking_disable": True})
env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
rep, dispatcher = ref("bti_crm.user_rep"), ref("user_dispatcher")
b8, b12 = ref("product_b8").product_variant_id, ref("product_b12").product_variant_id
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
for product in b8, b12:
    env["stock.quant"].sudo()._update_available_quantity(product, warehouse.lot_stock_id, 400_000)


def client(name, phone, **values):
    """A client with a mobile number."""
    return env["res.partner"].create(
        {"name": name, "phone": phone, "lang": "fr_FR", "user_id": rep.id, **values}
    )


def order(partner, pieces=2530, product=b8, **values):
    """An offer made by the rep."""
    return (
        env["sale.order"]
        .with_user(rep)
        .create(
            {
                "partner_id": partner.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": pieces})
                ],
                **values,
            }
        )
        .with_user(env.user)
    )


def delivery(partner, stage, **values):
    """A confirmed order whose load got as far as ``stage``."""
    confirmed = order(partner, **values)
    confirmed.action_confirm()
    load = confirmed.picking_ids.with_user(dispatcher)
    for kind in ("loading", "left", "delivered"):
        if load.stage_id.kind == stage:
            break
        load._move_to_stage(ref(f"stage_{kind}"))
    return load.with_user(env.user)


# --- loads at each stage, on a trip and alone, with papers that were issued
loads = {
    stage: delivery(client(f"Client {stage}", f"+21355010000{number}"), stage)
    for number, stage in enumerate(("planned", "loading", "left", "delivered"))
}
trip_load = delivery(client("Client tournee", "+213550100010"), "planned")
trip = (
    env["stock.picking.batch"]
    .with_user(dispatcher)
    .create(
        {
            "company_id": company.id,
            "picking_type_id": trip_load.picking_type_id.id,
            "vehicle_id": ref("truck_rigid_1").id,
            "driver_id": ref("partner_second_driver").id,
            "picking_ids": [Command.set(trip_load.ids)],
        }
    )
)
trip_load.with_user(dispatcher)._move_to_stage(ref("stage_loading"))
trip.action_print_gate_pass()
delivered = loads["delivered"]
pallet_client = delivered.partner_id.commercial_partner_id
statement = env["bti.pallet.statement"].create({"partner_id": pallet_client.id})

# --- an own stage of the administrator, a text of his own
ref("stage_left").with_context(lang="fr_FR").name = "En route"
own_stage = env["bti.delivery.stage"].create({"name": "Pesage", "kind": False, "sequence": 15})

# --- offers: signed, held by a rule and approved, of several products
signer = client("Client signe", "+213550100020")
signed = order(signer, require_payment=False, require_signature=True)
signed.action_quotation_sent()
signed.write(
    {"signed_by": "Client signe", "signed_on": fields.Datetime.now(), "signature": SIGNATURE}
)
held = order(client("Client retenu", "+213550100021"))
env["bti.sale.rule.hit"].sudo().create(
    {
        "order_id": held.id,
        "rule_id": env["bti.sale.rule"].with_context(active_test=False).search([], limit=1).id,
        "state": "approved",
        "policy": "ask",
        "reason": "38 DA au lieu de 42",
        "approved_amount": held.amount_total,
    }
)
typed = order(client("Client prix", "+213550100022"), pieces=506)
typed.order_line.with_user(rep).price_unit = 40

# --- two deposits of one order, the final invoice still to come
deposits = order(client("Client acompte", "+213550100023"), pieces=1013)
deposits.order_line.price_unit = 41.37
deposits.action_confirm()
for kind in ("loading", "left", "delivered"):
    deposits.picking_ids.with_user(dispatcher)._move_to_stage(ref(f"stage_{kind}"))
for _number in range(2):
    env["sale.advance.payment.inv"].with_context(
        active_model="sale.order", active_ids=deposits.ids
    ).create({"advance_payment_method": "percentage", "amount": 50}).create_invoices()
deposits.invoice_ids.action_post()

# --- messages in every state, consents, links that were sent
channel = env["bti.channel"].search(
    [("company_id", "=", company.id), ("provider", "=", "log")], limit=1
)
linked = client("Client lien", "+213550100030")
states = ("outgoing", "sent", "delivered", "failed", "unknown")
link = env["bti.consent"].sudo()._get_preference_token(linked, company)
messages = (
    env["bti.message"]
    .sudo()
    .create(
        [
            {
                "channel_id": channel.id,
                "company_id": company.id,
                "number": "+213550100030",
                "partner_id": linked.id,
                "res_model": "res.partner",
                "res_id": linked.id,
                "body": f"Vos choix : https://bti.example.com/m/{link} ({state})",
                "purpose": "transactional",
            }
            for state in states
        ]
    )
)
for message, state in zip(messages, states, strict=True):
    message.state = state
Consent = env["bti.consent"].sudo()
for number, state in (("+213550100031", "withdrawn"), ("+213550100032", "given")):
    Consent._record(company, "sms", number, state, "call", proof="Appel")
Message = env["bti.message"].sudo()
Message._receive(channel, "before-1", "+213550100033", "Bonjour, prix B8 ?")
Message._receive(channel, "before-2", "+213550100034", "STOP")
stop = env["bti.keyword"].search([("action", "=", "stop")], limit=1) or env["bti.keyword"].search(
    [], limit=1
)

# --- prices to come
changes = env["bti.price.change"].create(
    [
        {
            "name": f"Hausse {months}",
            "date": fields.Date.add(fields.Date.today(), months=months),
            "company_id": company.id,
            "product_tmpl_ids": [Command.set(b8.product_tmpl_id.ids)],
            "pricelist_ids": [Command.set(ref("pricelist_builder").ids)],
            "percent": percent,
        }
        for months, percent in ((4, 5), (3, 8))
    ]
)
changes[0].action_plan()
changes[1].action_plan()

# --- a bonus rule whose period was changed: the last quarter was proposed a second time
rule = ref("bonus_rule_reseller")
year = fields.Date.today().year - 1
bonuses = env["bti.bonus.statement"].create(
    [
        {
            "rule_id": rule.id,
            "partner_id": signer.id,
            "period_start": f"{year}-{start}",
            "period_end": f"{year}-12-31",
            "decision": "proposed",
            "amount": 1000,
        }
        for start in ("02-01", "10-01")
    ]
)

# --- people
portal = env["res.users"].create(
    {
        "name": "Client portail",
        "login": "client_upgrade",
        "password": "client_upgrade",
        "partner_id": signer.id,
        "group_ids": [Command.set(ref("base.group_portal").ids)],
    }
)
sheet = delivered._get_contact_sheet() if hasattr(delivered, "_get_contact_sheet") else None
sheet = sheet or env["survey.user_input"]
if not sheet:
    delivered.with_user(rep).action_contact_sheet()
    sheet = env["survey.user_input"].search([], order="id desc", limit=1)
env.cr.commit()
env.flush_all()

print(
    "\n@@@"
    + json.dumps(
        {
            "loads": {stage: load.id for stage, load in loads.items()},
            "trip": trip.id,
            "gate_pass": trip.gate_pass_name,
            "statement": statement.id,
            "statement_figures": [statement.total_out, statement.total_back],
            "own_stage": own_stage.id,
            "left_name": ref("stage_left").with_context(lang="fr_FR").name,
            "signed": signed.id,
            "signed_total": signed.amount_total,
            "held": held.id,
            "typed": typed.id,
            "typed_total": typed.amount_total,
            "deposits": deposits.id,
            "deposit_invoices": deposits.invoice_ids.ids,
            "invoice_totals": {move.id: move.amount_total for move in deposits.invoice_ids},
            "messages": {message.id: message.state for message in messages},
            "preference": link,
            "tracking": loads["left"].tracking_url,
            "sheet": sheet.access_token,
            "sheet_survey": sheet.survey_id.access_token,
            "stop_keyword": stop.id,
            "changes": changes.ids,
            "bonuses": bonuses.ids,
            "future_prices": sorted(
                [str(rule.date_start), rule.fixed_price]
                for rule in ref("pricelist_builder").item_ids
                if rule.product_tmpl_id == b8.product_tmpl_id
            ),
        }
    )
)
