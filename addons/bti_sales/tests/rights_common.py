"""Who may do what with which record, read from the registry: see test_rights_table.py."""

from collections import defaultdict, deque

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .client_file_samples import make_client_file
from .delivery_common import DeliveryCommon

OPERATIONS = ("create", "read", "write", "unlink")
# Groups of the person who holds each role, beside nothing. A new role is a line here, a user of it
# in the table, and the table written again.
ROLES = {
    "rep": "bti_crm.group_rep",
    "sales_manager": "bti_crm.group_sales_manager",
    "dispatcher": "bti_sales.group_dispatcher",
    "driver": "bti_sales.group_driver",
    "accounting": "bti_sales.group_accounting",
    "agent": "bti_messaging.group_messaging_user",
    "messaging_manager": "bti_messaging.group_messaging_manager",
    "administrator": "bti_crm.group_admin",
    "employee": "base.group_user",
    "portal": "base.group_portal",
    "public": "base.group_public",
}
# Whose the sample records are, seen by the rep: his own, another rep's, anybody's of his company,
# another company's, everybody's; any where there
# is no sample record.
SCOPES = ("own", "other", "company", "foreign", "common", "any")
OUR_MODULES = ("bti_messaging", "bti_crm", "bti_sales")
# Looked at as far as a screen names them, but not walked through: everything hangs on them.
HUBS = {
    "res.users",
    "res.company",
    "res.groups",
    "res.country",
    "res.country.state",
    "res.city",
    "res.lang",
    "res.currency",
    "uom.uom",
    "mail.message.subtype",
    "mail.activity.type",
    "ir.module.module",
    "ir.ui.view",
    "ir.model",
    "ir.model.fields",
    "account.account",
    "account.journal",
    "account.payment.method.line",
    "account.tax",
    "bti.channel",
    "bti.delivery.stage",
    "crm.stage",
    "crm.team",
    "crm.team.member",
    "fleet.vehicle.model",
    "fleet.vehicle.model.category",
    "im_livechat.channel",
    "product.product",
    "product.template",
    "stock.location",
    "stock.picking.type",
    "stock.route",
    "stock.rule",
    "stock.warehouse",
    "survey.survey",
}
# Technical registers behind every form.
UNSEEN = {"ir.model", "ir.model.fields", "ir.ui.view", "ir.module.module"}
SAMPLES = 4


class RightsCommon(DeliveryCommon):
    """The documents of two reps of one company, and of a rep of another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for company in (cls.company, cls.other_company):
            company.write({"country_id": cls.env.ref("base.dz").id, "sms_provider": "bti"})
            cls.env["account.chart.template"]._load("generic_coa", company, install_demo=False)
            cls.env["bti.channel"].create(
                {"name": "Log", "provider": "log", "company_id": company.id, "state": "active"}
            )
        cls.worlds = {
            scope: cls._make_world(scope, rep, company)
            for scope, rep, company in (
                ("own", cls.rep, cls.company),
                ("other", cls.other_rep, cls.company),
                (
                    "foreign",
                    cls._new_user("rep_b", "bti_crm.group_rep", company=cls.other_company),
                    cls.other_company,
                ),
            )
        }
        client = cls.worlds["own"][0]
        cls.holders = {"rep": cls.rep, "driver": cls.driver}
        for role, group in ROLES.items():
            if role not in cls.holders:
                cls.holders[role] = new_test_user(
                    cls.env,
                    f"rights_{role}",
                    groups=group,
                    company_id=cls.company.id,
                    company_ids=[fields.Command.set(cls.company.ids)],
                    **({"partner_id": client.id} if role == "portal" else {}),
                )
        cls.env.flush_all()

    @classmethod
    def _make_world(cls, scope, rep, company):
        """One of each document that a client of a rep leaves behind.

        :return: the records from which all others can be reached, the client first
        """
        env = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})
        warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        env["stock.quant"]._update_available_quantity(
            cls.b8.with_env(env), warehouse.lot_stock_id, 50000
        )
        phone = f"+2136610001{len(scope):02}"
        client = env["res.partner"].create(
            {
                "name": f"Client {scope}",
                "user_id": rep.id,
                "company_id": company.id,
                "phone": phone,
                "email": f"{scope}@client.example.com",
                "country_id": env.ref("base.dz").id,
                "child_ids": [
                    fields.Command.create(
                        {
                            "name": "Site",
                            "type": "delivery",
                            "user_id": rep.id,
                            "company_id": company.id,
                        }
                    )
                ],
            }
        )
        pricelist = env["product.pricelist"].create(
            {
                "name": f"List {scope}",
                "company_id": company.id,
                "item_ids": [fields.Command.create({"compute_price": "fixed", "fixed_price": 40})],
            }
        )
        client.property_product_pricelist = pricelist
        lead = env["crm.lead"].create(
            {
                "name": f"Enquiry {scope}",
                "type": "opportunity",
                "partner_id": client.id,
                "user_id": rep.id,
                "company_id": company.id,
                "need_ids": [fields.Command.create({"product_id": cls.b8.id, "pieces": 2530})],
            }
        )
        orders = env["sale.order"].create(
            [
                {
                    "partner_id": client.id,
                    "partner_shipping_id": client.child_ids.id,
                    "user_id": rep.id,
                    "company_id": company.id,
                    "opportunity_id": lead.id,
                    "order_line": [
                        fields.Command.create({"product_id": cls.b8.id, "product_uom_qty": pieces})
                    ],
                }
                for pieces in (2530, 1265, 506)
            ]
        )
        orders[1:].action_confirm()
        loaded, delivered = orders.picking_ids.sorted("id")
        trips = env["stock.picking.batch"]
        for picking in (loaded, delivered):
            trips |= env["stock.picking.batch"].create(
                {
                    "company_id": company.id,
                    "picking_type_id": picking.picking_type_id.id,
                    "vehicle_id": cls.truck.copy(
                        {
                            "company_id": company.id,
                            "license_plate": f"{picking.id}-117-15",
                            "driver_id": (
                                cls.driver if scope == "own" else cls.other_driver
                            ).partner_id.id,
                        }
                    ).id,
                    "picking_ids": [fields.Command.set(picking.ids)],
                }
            )
        loaded._move_to_stage(cls.stages["loading"])
        for kind in ("loading", "left", "delivered"):
            delivered._move_to_stage(cls.stages[kind])
        invoices = orders[2]._create_invoices()
        invoices.action_post()
        payment = (
            env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create({})
            ._create_payments()
        )
        env["bti.pallet.move"].create(
            {
                "partner_id": client.id,
                "company_id": company.id,
                "pallets_back": 1,
                "reason": "Brought by truck",
            }
        )
        statement = env["bti.pallet.statement"].create(
            {"partner_id": client.id, "company_id": company.id}
        )
        change = env["bti.price.change"].create(
            {
                "name": f"Rise {scope}",
                "company_id": company.id,
                "date": fields.Date.add(company._bti_today(), days=9),
                "percent": 5,
                "rounding": 0.5,
                "pricelist_ids": [fields.Command.set(pricelist.ids)],
            }
        )
        change.action_plan()
        rule = env["bti.bonus.rule"].create(
            {
                "name": f"Bonus {scope}",
                "company_id": company.id,
                "date_start": "2025-01-01",
                "client_kind_ids": [],
                "tier_ids": [fields.Command.create({"threshold": 100, "reward": 2})],
            }
        )
        channel = env["bti.channel"].search(
            [("company_id", "=", company.id), ("state", "=", "active")], limit=1
        )
        identity = env["bti.identity"]._get_or_create(channel, phone)
        message = env["bti.message"]._receive(channel, f"ref {scope}", phone, "Bonjour")
        consent = env["bti.consent"]._record(
            company, "sms", phone, "withdrawn", "call", partner=client
        )
        figures = make_client_file(env, client, company, cls.b8)
        lead.message_post(body="Note")
        lead.activity_schedule("mail.mail_activity_data_call", user_id=rep.id)
        attachment = env["ir.attachment"].create(
            {"name": "plan.txt", "raw": b"x", "res_model": "sale.order", "res_id": orders[0].id}
        )
        return [
            client,
            lead,
            *orders,
            loaded,
            delivered,
            *trips,
            *invoices,
            *payment,
            statement,
            change,
            rule,
            pricelist,
            channel,
            identity,
            message,
            consent,
            warehouse,
            attachment,
            *figures,
        ]

    # === THE TABLE === #

    @classmethod
    def _get_screen_models(cls):
        """Models that our screens show: those of our views and actions, and what their forms,
        lists and boards name."""
        data = cls.env["ir.model.data"].search(
            [
                ("module", "in", OUR_MODULES),
                ("model", "in", ("ir.ui.view", "ir.actions.act_window")),
            ]
        )
        views = cls.env["ir.ui.view"].browse(
            data.filtered(lambda d: d.model == "ir.ui.view").mapped("res_id")
        )
        actions = cls.env["ir.actions.act_window"].browse(
            data.filtered(lambda d: d.model != "ir.ui.view").mapped("res_id")
        )
        ours = {
            name
            for name, model in cls.env.registry.items()
            if model._original_module in OUR_MODULES
        }
        menus = cls.env["ir.ui.menu"]
        for user in filter(lambda user: user._is_internal(), cls.holders.values()):
            menus |= menus.browse(menus.with_user(user)._visible_menu_ids())
        found = {
            menu.action.res_model
            for menu in menus.sudo()
            if menu.action and menu.action._name == "ir.actions.act_window"
        }
        found |= {name for name in views.mapped("model") if name}
        found |= set(actions.mapped("res_model")) | ours
        for name in sorted(found & cls.env.registry.keys()):
            for view_type in ("form", "list", "kanban"):
                try:
                    shown = cls.env[name].get_view(view_type=view_type)["models"]
                except (UserError, ValueError, AttributeError):
                    continue
                for model, names in shown.items():
                    found.add(model)
                    found |= {
                        cls.env[model]._fields[field].comodel_name
                        for field in names
                        if field in cls.env[model]._fields
                        and cls.env[model]._fields[field].relational
                    }
        return sorted(
            name
            for name in found & cls.env.registry.keys()
            if not cls.env[name]._abstract and name not in UNSEEN
        )

    @classmethod
    def _get_samples(cls, models):
        """Records of each model by whose they are.

        :return: {model: {scope: records}}
        """
        reached = {scope: cls._walk(records, models) for scope, records in cls.worlds.items()}
        samples = defaultdict(dict)
        for model in models:
            own, other, foreign = (reached[scope][model] for scope in ("own", "other", "foreign"))
            for scope, ids in (
                ("own", own - other - foreign),
                ("other", other - own - foreign),
                ("company", (own & other) - foreign),
                ("foreign", foreign - own - other),
                ("common", (own | other) & foreign),
            ):
                if ids:
                    records = cls.env[model].browse(sorted(ids))
                    if model == "res.partner":
                        records = records.filtered(lambda partner: not cls._is_staff(partner))
                    samples[model][scope] = records[:SAMPLES]
        return samples

    @classmethod
    def _walk(cls, roots, models):
        """Everything that hangs on some records.

        :return: {model: set of ids}
        """
        reached = defaultdict(set)
        queue = deque(roots)
        while queue:
            record = queue.popleft().sudo().with_context(active_test=False)
            if record.id in reached[record._name]:
                continue
            reached[record._name].add(record.id)
            if record._name in HUBS or cls._is_staff(record):
                continue
            for field in record._fields.values():
                if (
                    field.relational
                    and (field.store or field.type == "one2many")
                    and field.comodel_name in models
                    and not (field.compute and not field.store)
                    and not field.related
                ):
                    for target in record[field.name][:60]:
                        if target.id not in reached[target._name]:
                            queue.append(target)
            if isinstance(record, cls.registry["mail.thread"]):
                queue.extend(record.message_ids)
            if isinstance(record, cls.registry["mail.activity.mixin"]):
                queue.extend(record.activity_ids)
        return reached

    @classmethod
    def _is_staff(cls, record):
        return record._name == "res.partner" and bool(record.user_ids or record.ref_company_ids)

    @classmethod
    def _get_table(cls):
        """:return: {(model, role): {scope: letters of the operations}}"""
        models = cls._get_screen_models()
        samples = cls._get_samples(set(models))
        cls.env.flush_all()
        table = {}
        for role, user in cls.holders.items():
            env = cls.env(
                user=user, su=False, context={"allowed_company_ids": user.company_ids.ids}
            )
            for model in models:
                rights = {}
                for scope in SCOPES:
                    records = samples[model].get(scope)
                    if records:
                        rights[scope] = "".join(
                            operation[0]
                            for operation in OPERATIONS
                            if records.with_env(env)._filtered_access(operation)
                        )
                if not samples[model]:
                    rights["any"] = "".join(
                        operation[0] for operation in OPERATIONS if env[model].has_access(operation)
                    )
                table[model, role] = rights
        return table
