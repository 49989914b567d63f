import { monetaryField } from "@web/views/fields/monetary/monetary_field";
import { phoneField } from "@web/views/fields/phone/phone_field";

/**
 * Amounts and phone numbers are whole in every list. Odoo gives an amount 105 px, which ten million
 * euros need; a common order here is over a million dinars, in bold, and its sum stands below. A
 * phone number shrinks like any text, to 80 px.
 */
monetaryField.listViewWidth = [150, 200];
phoneField.listViewWidth = [145, 200];
