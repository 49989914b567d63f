import { registry } from "@web/core/registry";
import { MonetaryField, monetaryField } from "@web/views/fields/monetary/monetary_field";

/** An amount that nobody has agreed upon is nothing, not 0.00: that would read as free. */
export class AgreedPriceField extends MonetaryField {
    // no symbol beside nothing
    get currency() {
        return this.value ? super.currency : null;
    }

    get formattedValue() {
        return this.value ? super.formattedValue : "";
    }
}

export const agreedPriceField = {
    ...monetaryField,
    component: AgreedPriceField,
    isEmpty: (record, fieldName) => !record.data[fieldName],
};

registry.category("fields").add("bti_agreed_price", agreedPriceField);
