import { ProductCatalogOrderLine } from "@product/product_catalog/order_line/order_line";
import { ProductCatalogSaleOrderLine } from "@sale_stock/product_catalog/sale_order_line/sale_order_line";
import { patch } from "@web/core/utils/patch";
import { formatLoad } from "../quantity_entry/format";

// the class of sale_stock has copied the props of its parent
for (const component of [ProductCatalogOrderLine, ProductCatalogSaleOrderLine]) {
    Object.assign(component.props, {
        piecesPerPallet: { type: Number, optional: true },
        countsPallets: { type: Boolean, optional: true },
    });
}

patch(ProductCatalogOrderLine.prototype, {
    /** What is in the order, in pallets and pieces. */
    get loadSummary() {
        const { piecesPerPallet: size, countsPallets, quantity } = this.props;
        if (!size || !quantity || quantity < 0) {
            return "";
        }
        const pieces = Math.round(quantity * (countsPallets ? size : 1));
        const pallets = Math.floor(pieces / size);
        const load = { pieces, pallets, loose: pieces - pallets * size };
        return pallets ? formatLoad(load, countsPallets ? "pallet" : "piece") : "";
    },
});
