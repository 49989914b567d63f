from collections import defaultdict
from datetime import datetime, timedelta

from odoo.fields import Command

from odoo.addons.bti_crm.tools.exchange import table_file

_SECOND = timedelta(seconds=1)


class PricePlan:
    """What the lines of a price file would do to the rules that are there.

    :param env: environment of the person who imports
    :param lines: right ones (:class:`PriceLine`), at most one for each price
    :param bool close_previous: end the earlier price of the same thing
    :ivar create: lines that make a rule
    :ivar update: ``[(rule, values, line)]``
    :ivar close: ``[(rule, last moment)]``
    :ivar same: how many lines are there already
    """

    def __init__(self, env, lines, close_previous):
        self.env = env
        self.lines = lines
        self.create, self.update, self.close, self.same = [], [], [], 0
        rules_by_group = self._get_rules_by_group()
        lines_by_group = defaultdict(list)
        for line in lines:
            lines_by_group[line.group].append(line)
        for group, group_lines in lines_by_group.items():
            rules = rules_by_group.get(group, {})
            if close_previous:
                starts = {line.date_start for line in group_lines}
                others = [rule for start, rule in rules.items() if start not in starts]
                self._close_earlier(group_lines, others)
            for line in group_lines:
                self._plan_line(line, rules.get(line.date_start))

    def apply(self):
        """Write the prices.

        :return: the price lists that changed, with ``{"created", "closed"}`` counts and
            ``"changed"``: ``[(rule, old price, new price)]``
        :rtype: dict
        """
        done = defaultdict(lambda: {"created": 0, "closed": 0, "changed": []})
        items = self.env["product.pricelist.item"]
        items.create([self._prepare_rule_vals(line) for line in self.create])
        for line in self.create:
            done[line.pricelist]["created"] += 1
        rules_by_vals = defaultdict(list)  # one write for all rules that get the same
        for rule, vals, line in self.update:
            done[line.pricelist]["changed"].append((rule, rule.fixed_price, line.price))
            rules_by_vals[tuple(vals.items())].append(rule.id)
        for rule, last in self.close:
            done[rule.pricelist_id]["closed"] += 1
            rules_by_vals[("date_end", last),].append(rule.id)
        for vals, rule_ids in rules_by_vals.items():
            items.browse(rule_ids).write(dict(vals))
        return dict(done)

    def _plan_line(self, line, rule):
        """What one line does to the rule that begins on its day, or ``None``."""
        if rule is None:
            self.create.append(line)
            return
        vals = {}
        if abs(rule.fixed_price - line.price) >= 10**-table_file.MAX_DECIMALS:
            vals["fixed_price"] = line.price
        if rule.date_end != (line.date_end or False):
            vals["date_end"] = line.date_end or False
        if vals:
            self.update.append((rule, vals, line))
        else:
            self.same += 1

    def _get_rules_by_group(self):
        """Fixed prices of the lines' lists and products.

        :return: ``{group of a line: {first moment or None: rule}}``
        """
        products = {line.group[1] for line in self.lines}
        rules = self.env["product.pricelist.item"].search(
            [
                ("pricelist_id", "in", list({line.pricelist.id for line in self.lines})),
                ("product_tmpl_id", "in", list(products)),
                ("compute_price", "=", "fixed"),
            ],
            order="id",  # of two rules for the same, the later one decides in Odoo
        )
        variant_counts = {
            template.id: len(template.product_variant_ids) for template in rules.product_tmpl_id
        }
        found = defaultdict(dict)
        for rule in rules:
            template = rule.product_tmpl_id.id
            variant = rule.product_id.id if variant_counts[template] > 1 else 0
            group = (
                rule.pricelist_id.id,
                template,
                variant or 0,
                *get_profile(rule),
                int(rule.min_quantity),
            )
            found[group][rule.date_start or None] = rule
        return found

    def _close_earlier(self, lines, rules):
        """End each price when the next one of the same thing begins.

        A price for some weeks only does not end the one that goes on after it.

        :param lines: of one group; their ``date_end`` is set
        :param rules: rules of the group that the file does not name
        """
        entries = sorted(
            [
                (entry.date_start or datetime.min, entry.date_end or datetime.max, is_rule, entry)
                for is_rule, entries in ((False, lines), (True, rules))
                for entry in entries
            ],
            key=lambda entry: entry[0],
        )
        reach = [end for _start, end, _is_rule, _entry in entries]  # of a chain of prices
        for index in reversed(range(len(entries) - 1)):
            end = entries[index][1]
            if end != datetime.max and entries[index + 1][0] <= end + _SECOND:
                reach[index] = max(end, reach[index + 1])
        for index, (_start, end, is_rule, entry) in enumerate(entries):
            for later, covered in zip(entries[index + 1 :], reach[index + 1 :], strict=True):
                if later[0] > end:
                    break
                if (is_rule and later[2]) or covered < end:
                    continue
                last = later[0] - _SECOND
                if is_rule:
                    self.close.append((entry, last))
                else:
                    entry.date_end = last
                break

    def _prepare_rule_vals(self, line):
        """Values of a new rule.

        :param line: :class:`PriceLine`
        """
        variant = line.product._name == "product.product"
        template = line.product.product_tmpl_id if variant else line.product
        return {
            "delivery_form": line.form or False,
            "state_ids": [Command.set(line.states)],
            "pricelist_id": line.pricelist.id,
            "applied_on": "0_product_variant" if variant else "1_product",
            "display_applied_on": "1_product",
            "product_tmpl_id": template.id,
            "product_id": line.product.id if variant else False,
            "compute_price": "fixed",
            "fixed_price": line.price,
            "min_quantity": line.min_quantity,
            "date_start": line.date_start,
            "date_end": line.date_end,
        }


def get_profile(rule):
    """Form and wilayas of a rule.

    :return: ``(form or "", frozenset of ids)``
    """
    return rule.delivery_form or "", frozenset(rule.state_ids.ids)
