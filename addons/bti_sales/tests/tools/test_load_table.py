from odoo.tests import BaseCase, tagged

from ...tools.load_table import group_load


class Line(dict):
    """A line of any document, read by attribute and by name as a record is."""

    def __getattr__(self, name):
        return self[name]


def line(product, size, pieces, weight=0.0):
    full, loose = divmod(pieces, size) if size else (0, pieces)
    return Line(
        product_id=product,
        pieces_per_pallet=size,
        pieces=pieces,
        full_pallets=full,
        loose_pieces=loose,
        load_weight=weight,
    )


@tagged("-at_install", "post_install")
class TestLoadTable(BaseCase):
    """The table of goods under an order, an invoice, a slip."""

    def _rows(self, *lines):
        return [tuple(row.values()) for row in group_load(lines)]

    def test_nothing_to_carry(self):
        self.assertEqual(group_load([]), [])
        self.assertEqual(self._rows(line("B8", 253, 0), line("note", 0, 0, 3.0)), [])

    def test_names_of_a_row(self):
        [row] = group_load([line("B8", 253, 600, 3900.0)])
        self.assertEqual(
            row,
            {
                "product": "B8",
                "pieces_per_pallet": 253,
                "pieces": 600,
                "full_pallets": 2,
                "loose_pieces": 94,
                "weight": 3900.0,
            },
        )

    def test_lines_of_a_product_are_added_up_in_the_order_of_the_first(self):
        self.assertEqual(
            self._rows(
                line("B12", 148, 148, 10.5),
                line("B8", 253, 253, 20.0),
                line("B12", 148, 300, 1.25),
                line("crane", 0, 0),
                line("B8", 253, 1, 0.5),
            ),
            [("B12", 148, 448, 3, 4, 11.75), ("B8", 253, 254, 1, 1, 20.5)],
        )

    def test_loose_rests_of_two_lines_make_no_pallet(self):
        # they are two heaps of two lines: nobody has stacked them
        self.assertEqual(
            self._rows(line("B8", 253, 150), line("B8", 253, 150)), [("B8", 253, 300, 0, 300, 0)]
        )

    def test_two_pallet_sizes_stand_apart(self):
        self.assertEqual(
            self._rows(line("B8", 253, 253), line("B8", 300, 300), line("B8", 0, 7)),
            [("B8", 253, 253, 1, 0, 0), ("B8", 300, 300, 1, 0, 0), ("B8", 0, 7, 0, 7, 0)],
        )

    def test_what_is_taken_back_counts_against_it(self):
        back = Line(line("B8", 253, 0), pieces=-253, full_pallets=-1, load_weight=-9.0)
        self.assertEqual(self._rows(line("B8", 253, 506, 18.0), back), [("B8", 253, 253, 1, 0, 9)])
        self.assertEqual(self._rows(line("B8", 253, 253, 9.0), back), [("B8", 253, 0, 0, 0, 0)])
