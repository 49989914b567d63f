"""Make the page images of docs/documents.md from the demo database.

    ./bti odoo -- shell -d bti --no-http < docs/images/make.py

Needs pdftoppm (poppler-utils). People, numbers and amounts are fictitious; nothing is kept in the
database. Odoo's shell runs this file: `env` is its environment.
"""

# ruff: noqa: F821 - names of the shell
import io
import pathlib
import subprocess
import tempfile
from datetime import datetime, timedelta

from PIL import Image

from odoo.fields import Command

FOLDER = pathlib.Path("docs/images")
DPI = 90
COLOURS = 128
LANGUAGES = {"fr": "fr_FR", "ar": "ar_001"}


def write_pages(name, pdf):
    """Save each page of a PDF as a small PNG; a paper of one page has no number in its name."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "paper.pdf")
        source.write_bytes(pdf)
        command = ["pdftoppm", "-r", str(DPI), "-png", source, source.with_suffix("")]
        subprocess.run(command, check=True)
        pages = sorted(pathlib.Path(folder).glob("*.png"))
        for number, page in enumerate(pages, start=1):
            image = Image.open(io.BytesIO(page.read_bytes())).convert("RGB")
            suffix = f"_{number}" if len(pages) > 1 else ""
            image.quantize(COLOURS).save(FOLDER / f"{name}{suffix}.png", optimize=True)
    print(name, len(pages))


def prepare():
    """Company, client and site of the papers."""
    company = env.ref("base.main_company")
    company.write(
        {
            "vat": "000116002345678",
            "nis": "000116010012345",
            "rc": "16/00-0012345 B 00",
            "ai": "16010012345",
            "legal_form": "SARL",
            "business_activity": "Fabrication de briques",
            "share_capital": 10_000_000,
            "pallet_deposit": 450,
            "report_footer": "<p>Briqueterie BTI · Oued Aïssi · Tél. +213 550 00 00 10</p>",
        }
    )
    env["stock.warehouse"].search([("company_id", "=", company.id)])._set_delivery_numbering()
    company.partner_id.bank_ids.action_archive()
    env["res.partner.bank"].create(
        {
            "partner_id": company.partner_id.id,
            "acc_number": "00400175400012345678",
            "bank_id": env["res.bank"].create({"name": "Banque Fictive"}).id,
            "allow_out_payment": True,
        }
    )
    client = env["res.partner"].create(
        {
            "name": "ETB Tala Construction",
            "is_company": True,
            "street": "Cité des 200 logements, bât. 4",
            "city": "Azazga",
            "state_id": env.ref("bti_crm.state_dz_15").id,
            "country_id": env.ref("base.dz").id,
            "phone": "+213 550 00 02 01",
            "vat": "000215002345679",
            "nis": "000215010054321",
            "rc": "15/00-0054321 B 08",
            "ai": "15010054321",
            "legal_form": "EURL",
            "business_activity": "Travaux de bâtiment",
            "user_id": env.ref("bti_crm.user_rep").id,
        }
    )
    site = env["res.partner"].create(
        {
            "name": "Chantier Fréha",
            "type": "delivery",
            "parent_id": client.id,
            "street": "Route de la gare, lot 12",
            "city": "Fréha",
            "state_id": env.ref("bti_crm.state_dz_15").id,
            "country_id": env.ref("base.dz").id,
            "phone": "+213 661 00 02 02",
            "site_access": "Semi-remorque possible, grue sur place",
        }
    )
    return company, client, site


def translate(company, client):
    """What the Arabic papers say of both."""
    for record, form, activity in (
        (company.partner_id, "ش.ذ.م.م", "صناعة الآجر"),
        (client, "م.ذ.ش.و", "أشغال البناء"),
    ):
        record.with_context(lang="ar_001").write(
            {"legal_form": form, "business_activity": activity}
        )


def new_order(company, client, site, lines):
    """An order of (product, quantity, whether pallets) lines."""
    return env["sale.order"].create(
        {
            "partner_id": client.id,
            "partner_shipping_id": site.id,
            "company_id": company.id,
            "user_id": env.ref("bti_crm.user_rep").id,
            "commitment_date": (datetime.now() + timedelta(days=6)).replace(hour=8, minute=0),
            "order_line": [
                Command.create(
                    {
                        "product_id": product.product_variant_id.id,
                        "product_uom_qty": quantity,
                        **({"product_uom_id": product.pallet_uom_id.id} if pallets else {}),
                    }
                )
                for product, quantity, pallets in lines
            ],
        }
    )


def deliver(order):
    """One load on a truck, loaded and on the road; its trip."""
    order.action_confirm()
    picking = order.picking_ids[:1]
    trip = env["stock.picking.batch"].create(
        {
            "company_id": order.company_id.id,
            "picking_type_id": picking.picking_type_id.id,
            "vehicle_id": env.ref("bti_sales.truck_semi_2").id,
            "picking_ids": [Command.set(picking.ids)],
        }
    )
    for kind in ("loading", "left", "delivered"):
        if kind == "left":
            trip.with_user(env.ref("bti_sales.user_dispatcher"))._issue_gate_pass()
        picking._move_to_stage(env.ref(f"bti_sales.stage_{kind}"))
    return picking, trip


def run(suffix, lang):
    """All papers in one language: the words of an order are those of its client from the start."""
    company, client, site = prepare()
    translate(company, client)
    (client | site).lang = lang
    b8, b12, hourdis = (env.ref(f"bti_sales.product_{name}") for name in ("b8", "b12", "hourdis"))
    offer = new_order(
        company, client, site, [(b8, 20, True), (b12, 1000, False), (hourdis, 400, False)]
    )
    blocks = [(b8, 12, True), (b12, 8, True), (hourdis, 250, False), (b8, 1012, False)]
    long_offer = new_order(company, client, site, blocks * 11)
    order = new_order(company, client, site, [(b8, 10, True), (hourdis, 300, False)])
    picking, trip = deliver(order)
    env["bti.pallet.move"].create(
        [
            {
                "partner_id": client.id,
                "company_id": company.id,
                "date": f"{datetime.now().year - 1}-11-03",
                "pallets_out": 24,
                "reason": "Report du compte",
            },
            {
                "partner_id": client.id,
                "company_id": company.id,
                "pallets_back": 15,
                "reason": "Rendues avec le camion 00456-518-15",
            },
        ]
    )
    statement = env["bti.pallet.statement"].create(
        {"partner_id": client.id, "company_id": company.id}
    )
    invoice = order._create_invoices()
    invoice.action_post()
    papers = [
        ("pro_forma", "bti_sales.action_report_pro_forma", offer),
        ("pro_forma_long", "bti_sales.action_report_pro_forma", long_offer),
        ("order_confirmation", "bti_sales.action_report_order_confirmation", order),
        ("delivery_note", "bti_sales.action_report_delivery_note", picking),
        ("gate_pass", "bti_sales.action_report_gate_pass_trip", trip),
        ("pallet_statement", "bti_sales.action_report_pallet_statement", statement),
        ("invoice", "account.account_invoices", invoice),
        ("price_list", "bti_sales.report_partner_prices", client),
    ]
    for name, report, record in papers:
        pdf, _kind = (
            env["ir.actions.report"]
            .with_context(lang=lang, force_report_rendering=True)
            ._render_qweb_pdf(report, record.ids)
        )
        write_pages(f"{name}_{suffix}", pdf)


for suffix, lang in LANGUAGES.items():
    try:
        run(suffix, lang)
    finally:
        env.cr.rollback()
        env.invalidate_all()
