from odoo import models

from ...gateways.meta.whatsapp_templates import fill, find_gaps, is_open_link, show_gap

# Name of the parameter of a button, by its place; no gap of a text can be called so.
LINK = "url:%s"
SIGN = "\N{NORTH EAST ARROW}"


class BtiTemplate(models.Model):
    """Buttons whose address ends otherwise in each message: his order, his delivery."""

    _inherit = "bti.template"

    # === BUSINESS METHODS === #

    def _get_links(self):
        """:return: by name of the parameter the place, the title and the address of the button
        :rtype: dict[str, tuple[int, str, str]]
        """
        self.ensure_one()
        return {
            LINK % (place + 1): (place, title, value)
            for place, (title, value) in enumerate(self._get_buttons())
            if is_open_link(value)
        }

    def _get_gaps(self):
        """:return: names of all parameters: of the text, then of the buttons
        :rtype: tuple[str, ...]
        """
        self.ensure_one()
        return (*find_gaps(self.body or ""), *self._get_links())

    def _get_gap_label(self, name):
        """:param str name: of a parameter
        :return: how people know it: as it stands in the text, or by the title of its button
        :rtype: str
        """
        self.ensure_one()
        link = self._get_links().get(name)
        return f"{SIGN} {link[1]}" if link else show_gap(name)

    def _fill_links(self, values):
        """:param dict values: of the parameters
        :return: title and whole address of the buttons that end otherwise in each message
        :rtype: list[tuple[str, str]]
        """
        self.ensure_one()
        return [
            (title, fill(address, {"1": values.get(name) or ""}))
            for name, (_place, title, address) in self._get_links().items()
        ]
