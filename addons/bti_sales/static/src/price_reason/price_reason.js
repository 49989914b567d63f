import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const ICONS = {
    list: "fa-tags",
    rule: "fa-check",
    manual: "fa-pencil",
    next: "fa-arrow-up",
    later: "fa-calendar",
};

const idOf = (value) => (value ? (value.id ?? value[0] ?? value) : false);

/** What gives the price of a line, in words. It is asked for when the popover opens. */
export class PriceReasonPopover extends Component {
    static template = "bti_sales.PriceReasonPopover";
    static props = { orderValues: Object, lineValues: Object, close: { type: Function, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ facts: [] });
        onWillStart(async () => {
            const facts = await this.orm.call("sale.order.line", "explain_price", [
                this.props.orderValues,
                this.props.lineValues,
            ]);
            this.state.facts = facts.map((fact) => ({ ...fact, icon: ICONS[fact.kind] }));
        });
    }
}

export class PriceReason extends Component {
    static template = "bti_sales.PriceReason";
    static props = { ...standardWidgetProps };

    setup() {
        this.popover = usePopover(PriceReasonPopover, { position: "bottom" });
        this.title = _t("Why this price?");
    }

    get isShown() {
        const { data } = this.props.record;
        return Boolean(data.product_id && !data.display_type);
    }

    open(ev) {
        const { record } = this.props;
        const { data } = record;
        const order = record._parentRecord ?? record.model.root;
        const orderValues = { id: order.resId || false };
        for (const name of [
            "company_id",
            "currency_id",
            "destination_state_id",
            "partner_id",
            "pricelist_id",
        ]) {
            if (name in order.data) {
                orderValues[name] = idOf(order.data[name]);
            }
        }
        const lineValues = {
            id: record.resId || false,
            product_id: idOf(data.product_id),
            product_uom_qty: data.product_uom_qty,
            price_unit: data.price_unit,
        };
        for (const name of ["delivery_form", "discount"]) {
            if (name in data) {
                lineValues[name] = data[name];
            }
        }
        if (data.product_uom_id) {
            lineValues.product_uom_id = idOf(data.product_uom_id);
        }
        this.popover.open(ev.currentTarget, { orderValues, lineValues });
    }
}

export const priceReason = {
    component: PriceReason,
    listViewWidth: 20,
};

registry.category("view_widgets").add("bti_price_reason", priceReason);
