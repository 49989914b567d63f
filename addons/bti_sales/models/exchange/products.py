"""Products of files, looked up once for a slice of lines."""

from collections import defaultdict

from odoo.addons.bti_crm.tools.exchange.table_file import clean, name_key


class Products:
    """Goods by reference and by name, in all languages, archived ones too: the past had them."""

    def __init__(self, env):
        self.env = env
        products = (
            env["product.product"]
            .with_context(active_test=False)
            .search_fetch(
                [("sale_ok", "=", True)],
                ["default_code", "active", "weight", "product_tmpl_id"],
                limit=20_000,
            )
        )
        self.codes, self.names = defaultdict(set), defaultdict(set)
        self.weights, self.active = {}, set()
        for product in products:
            self.weights[product.id] = product.weight
            if product.active:
                self.active.add(product.id)
            if product.default_code:
                self.codes[name_key(product.default_code)].add(product.id)
        for code, _name in env["res.lang"].get_installed():
            for product in products.with_context(lang=code):
                self.names[name_key(product.product_tmpl_id.name)].add(product.id)

    def find(self, text):
        """Products of a reference or name; of several those that are sold today.

        :rtype: set[int]
        """
        key = name_key(clean(text))
        found = self.codes.get(key) or self.names.get(key) or set()
        return found & self.active or found
