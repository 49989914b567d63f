import { registry } from "@web/core/registry";

/** What an SMS of the current company costs, asked once per page. */
export const smsPriceService = {
    dependencies: ["orm"],
    start(env, { orm }) {
        let price;
        return {
            /**
             * @returns {Promise<Object|false|null>} see bti.channel.get_sms_price(); null when the
             *      server could not be asked
             */
            load() {
                price ??= orm.silent.call("bti.channel", "get_sms_price", []).catch(() => {
                    price = undefined; // the next counter asks again
                    return null;
                });
                return price;
            },
        };
    },
};

registry.category("services").add("bti_sms_price", smsPriceService);
