import { registry } from "@web/core/registry";

/** What an SMS of the current company costs, asked once per page, number and purpose. */
export const smsPriceService = {
    dependencies: ["orm"],
    start(env, { orm }) {
        const prices = new Map();
        return {
            /**
             * @param {string} number of the recipient as typed; empty for many recipients
             * @param {string} purpose "transactional" or "marketing"
             * @returns {Promise<Object|false|null>} see bti.channel.get_sms_price(); null when the
             *      server could not be asked
             */
            load(number, purpose) {
                const key = `${purpose} ${number}`;
                if (!prices.has(key)) {
                    const asked = orm.silent.call("bti.channel", "get_sms_price", [number, purpose]);
                    prices.set(
                        key,
                        asked.catch(() => {
                            prices.delete(key); // the next counter asks again
                            return null;
                        })
                    );
                }
                return prices.get(key);
            },
        };
    },
};

registry.category("services").add("bti_sms_price", smsPriceService);
