import json
import shutil
import subprocess
import tempfile
from dataclasses import replace

from odoo.tests import BaseCase, tagged
from odoo.tools.misc import file_open, file_path

from ...tools import loading, quantity_entry
from .test_order_entry import CASES


def read_cases():
    """The shared table of cases, with the data of a new line that the server would make for each.

    :return: the table; each of its ``entries`` with ``data``
    """
    with file_open(CASES) as stream:
        table = json.load(stream)
    for case in table["entries"]:
        product = table["products"][case["product"]]
        truck = table["trucks"].get(case.get("truck"), {"payload_g": 0, "places": 0})
        usual = loading.usual_form(product["size"]) if product["sold_loose"] else "pallet"
        strict = bool(product["size"]) and (
            not product["sold_loose"] or case.get("form") == "pallet"
        )
        item = loading.Item(
            key=None,
            pieces=0,
            pieces_per_pallet=product["size"],
            piece_weight_g=product["piece_g"],
            pallet_tare_g=product["tare_g"],
            form=case.get("form") or usual,
        )
        case["data"] = {
            "unit": "piece",
            "form": item.form,
            "strict": strict,
            "size": product["size"],
            "piece_g": product["piece_g"],
            "tare_g": product["tare_g"],
            **truck,
            "locked": False,
            "units": quantity_entry.make_table(
                item,
                loading.Truck(truck["payload_g"], truck["places"]),
                product["m2"],
                product["waste"],
                strict,
            ),
        }
    return table


@tagged("post_install", "-at_install")
class TestQuantityEntry(BaseCase):
    """The browser converts what is typed as the server does: one table of cases for both."""

    def test_shared_table_of_cases_on_the_server(self):
        for case in read_cases()["entries"]:
            rule = case["data"]["units"][case["unit"]]
            with self.subTest(**case):
                if "pieces" in case:
                    pieces, by_pallet = quantity_entry.count_pieces(rule, case["quantity"])
                    self.assertEqual(pieces, case["pieces"])
                    self.assertTrue(not by_pallet or not case["loose"])
                elif case["error"] in ("multiple", "too_many"):  # what a line does not take
                    quantity_entry.count_pieces(rule, case["quantity"])
                else:
                    with self.assertRaises(quantity_entry.EntryError) as error:
                        quantity_entry.count_pieces(rule, case["quantity"])
                    self.assertEqual(error.exception.key, case["error"])

    def test_a_quantity_is_not_negative(self):
        with self.assertRaises(quantity_entry.EntryError) as error:
            quantity_entry.count_pieces({"error": "no_truck"}, -1)
        self.assertEqual(error.exception.key, "negative")

    def test_pieces_of_a_surface_are_rounded_up(self):
        cases = [
            # m2, hundredths of pieces per m2, waste per thousand, pieces
            (35, 1_190, 0, 417),
            (35, 1_190, 30, 429),
            (100, 1_536, 50, 1_613),
            (0.01, 1_536, 0, 1),
            (0, 1_536, 50, 0),
        ]
        item = loading.Item(None, 0)
        for area, per_m2, waste, pieces in cases:
            with self.subTest(area=area, per_m2=per_m2, waste=waste):
                table = quantity_entry.make_table(item, loading.Truck(), per_m2, waste)
                self.assertEqual(quantity_entry.count_pieces(table["m2"], area), (pieces, False))

    def test_what_is_sold_by_the_pallet(self):
        b8 = loading.Item(None, 0, 253, 6_500, 20_000)
        truck = loading.Truck(25_000_000, 22)
        cases = [
            # form, whole pallets only, unit, quantity, pieces, by the pallet
            ("mixed", False, "piece", 506, 506, False),
            ("mixed", False, "pallet", 2, 506, True),
            ("mixed", False, "truck", 1, 3_795, True),
            ("mixed", False, "truck", 0.99, 14 * 253, True),
            ("loose", False, "truck", 1, 3_846, False),
            ("mixed", False, "m2", 1, 17, False),
            ("pallet", True, "m2", 1, 253, True),
        ]
        for form, strict, unit, quantity, pieces, by_pallet in cases:
            with self.subTest(form=form, unit=unit, quantity=quantity):
                item = replace(b8, form=form)
                table = quantity_entry.make_table(item, truck, 1_550, 50, strict)
                self.assertEqual(
                    quantity_entry.count_pieces(table[unit], quantity), (pieces, by_pallet)
                )

    def test_shared_table_of_cases_in_javascript(self):
        node = shutil.which("node")
        if not node:
            self.fail("Node.js runs the JavaScript side of the table of cases: install nodejs.")
        with tempfile.NamedTemporaryFile("w", suffix=".json") as cases:
            json.dump(read_cases(), cases)
            cases.flush()
            result = subprocess.run(
                [
                    node,
                    "--test",
                    "--test-reporter=tap",
                    file_path("bti_sales/static/tests/quantity_entry.node.mjs"),
                ],
                capture_output=True,
                text=True,
                timeout=60,
                env={"BTI_ENTRY_CASES": cases.name},
            )
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("# fail 0", result.stdout)
