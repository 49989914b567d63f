from dataclasses import dataclass, field
from datetime import datetime

from odoo.addons.bti_crm.tools.exchange.table_file import clean, normalise, title_keys

from .price_cells import CellReader

COLUMNS = (
    "product",
    "pricelist",
    "price",
    "pallet_price",
    "min_quantity",
    "form",
    "states",
    "date_start",
    "date_end",
)
# titles of columns as people write them, beside those of the template in their language
_TITLES = {
    "product": "product|internal reference|reference|produit|référence|référence interne|article"
    "|désignation|désignation article|code|code article|code produit|réf|réf article|réf produit"
    "|référence article|référence produit|نوع المنتج|المنتج|المنتوج|المنتجات|المرجع|الرمز"
    "|رمز المنتج|رمز المنتوج|السلعة|التعيين",
    "pricelist": "price list|pricelist|list|liste de prix|liste|tarif|grille"
    "|قائمة الأسعار|القائمة|التعريفة",
    "price": "price per piece|price|unit price|prix par pièce|prix la pièce|prix pièce|prix"
    "|prix unitaire|pu|p u|prix à la pièce|prix de vente|سعر القطعة|السعر|سعر الوحدة"
    "|ثمن القطعة|الثمن",
    "pallet_price": "price per pallet|pallet price|prix par palette|prix la palette|prix palette"
    "|سعر الطبلية",
    "min_quantity": "minimum quantity|min quantity|min qty|quantité minimale|quantité minimum"
    "|quantité min|qté min|quantité|à partir de|الكمية الدنيا|الحد الأدنى للكمية|الكمية",
    "form": "form|delivery form|forme|forme de livraison|conditionnement|الشكل|شكل التسليم",
    "states": "wilaya|wilayas|state|states|zone|الولاية|الولايات",
    "date_start": "valid from|from|start date|valable du|valable à partir du|du|date de début|début"
    "|صالح من|من|تاريخ البداية",
    "date_end": "valid to|valid until|to|until|end date"
    "|valable au|valable jusqu'au|jusqu'au|au|date de fin|fin|صالح إلى|إلى|تاريخ النهاية",
}


@dataclass
class PriceLine:
    """One line of the file, as far as it could be understood.

    :ivar cells: what the file has, ``{column: cell}``
    :ivar errors: ``[(column, value, reason)]``
    :ivar price: DZD (or the list's currency) for one piece
    :ivar min_quantity: pieces
    :ivar date_start: UTC, as rules store it
    """

    number: int
    cells: dict
    row: list
    errors: list = field(default_factory=list)
    product: object = None
    pricelist: object = None
    price: float = 0.0
    min_quantity: int = 0
    form: str = ""
    states: frozenset = frozenset()
    date_start: datetime = None
    date_end: datetime = None

    def refuse(self, column, reason):
        """Note what is wrong with the line.

        :param str column: where, or ``None`` for the line as a whole
        :param str reason: in the user's language
        """
        self.errors.append((column, clean(self.cells.get(column, "")), reason))

    @property
    def group(self):
        """What prices the same thing, at whatever time."""
        variant = self.product if self.product._name == "product.product" else None
        template = variant.product_tmpl_id if variant else self.product
        return (
            self.pricelist.id,
            template.id,
            variant.id if variant else 0,
            self.form,
            self.states,
            self.min_quantity,
        )


class PriceReader:
    """Understands the rows of a price file, see :class:`CellReader` for what is in them.

    :param env: environment of the person who imports: he finds what he may see
    :param default_pricelist: list of the lines that name none
    """

    def __init__(self, env, default_pricelist):
        self.env = env
        self.cells = CellReader(env, default_pricelist)
        self.titles = self._get_titles()
        self.header, self.columns, self.unread = [], {}, []

    # === FILE === #

    def get_label(self, column):
        """Title of a column in the user's language."""
        return {
            "product": self.env._("Product"),
            "pricelist": self.env._("Price list"),
            "price": self.env._("Price per piece"),
            "pallet_price": self.env._("Price per pallet"),
            "min_quantity": self.env._("Minimum quantity"),
            "form": self.env._("Form"),
            "states": self.env._("Wilayas"),
            "date_start": self.env._("Valid from"),
            "date_end": self.env._("Valid to"),
        }.get(column, column)

    def _get_titles(self):
        titles = {
            normalise(title): column
            for column, names in _TITLES.items()
            for title in names.split("|")
        }
        titles.update({normalise(self.get_label(column)): column for column in COLUMNS})
        return titles

    def read_lines(self, rows):
        """Understand all rows; the first one has the titles.

        :param rows: ``[(line number, cells)]``, see :func:`table_file.read_rows`
        :return: list of :class:`PriceLine`; ``None`` when needed columns are missing
        """
        (_number, header), *rows = rows
        self.header = [clean(cell) for cell in header]
        for index, title in enumerate(self.header):
            column = next(
                (self.titles[key] for key in title_keys(title) if key in self.titles), None
            )
            if column and column not in self.columns.values():
                self.columns[index] = column
            elif title:
                self.unread.append(title)
        found = set(self.columns.values())
        if "product" not in found or not found & {"price", "pallet_price"}:
            return None
        lines = [
            PriceLine(
                number,
                {
                    column: cells[index] if index < len(cells) else ""
                    for index, column in self.columns.items()
                },
                cells,
            )
            for number, cells in rows
        ]
        self.cells.load()
        for line in lines:
            self._read_line(line)
        self._refuse_duplicates([line for line in lines if not line.errors])
        return lines

    def _read_line(self, line):
        if any(clean(cell) for cell in line.row[len(self.header) :]):
            line.refuse(
                None,
                self.env._(
                    "This line has more cells than the titles. A comma in a number or in a name"
                    " must not be the sign between the columns."
                ),
            )
        self.cells.read_line(line)

    def _refuse_duplicates(self, lines):
        seen = {}
        for line in lines:
            first = seen.setdefault((line.group, line.date_start), line)
            if first is not line:
                line.refuse(
                    "product",
                    self.env._(
                        "The same price as on line %(line)s: same product, list, quantity, form,"
                        " wilayas and first day.",
                        line=first.number,
                    ),
                )
