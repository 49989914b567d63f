"""Lines of any document that carries pieces, added up per product."""


def group_load(lines):
    """Add up what the lines of a document carry, per product and pallet size, in line order.

    :param lines: records with ``product_id``, ``pieces_per_pallet``, ``pieces``, ``full_pallets``,
        ``loose_pieces`` and ``load_weight`` (kg): order lines, invoice lines
    :return: dicts ``product``, ``pieces_per_pallet``, ``pieces``, ``full_pallets``,
        ``loose_pieces``, ``weight`` (kg)
    :rtype: list[dict]
    """
    rows = {}
    for line in lines:
        if not line.pieces:
            continue
        row = rows.setdefault(
            (line.product_id, line.pieces_per_pallet),
            {
                "product": line.product_id,
                "pieces_per_pallet": line.pieces_per_pallet,
                "pieces": 0,
                "full_pallets": 0,
                "loose_pieces": 0,
                "weight": 0.0,
            },
        )
        for name in ("pieces", "full_pallets", "loose_pieces"):
            row[name] += line[name]
        row["weight"] += line.load_weight
    return list(rows.values())
