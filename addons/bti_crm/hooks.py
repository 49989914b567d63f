"""Address settings of Algeria: set when the addon comes, put back when it goes.

They are not data records: a record of another module (``base.dz``) would be overwritten at each
update, and would keep our values after the addon is gone.
"""

from .const import ALGERIA_ADDRESS


def _default_values(country):
    """Return Odoo's defaults of the fields that this addon changes on a country."""
    return {
        name: country._fields[name].default(country) if country._fields[name].default else False
        for name in ALGERIA_ADDRESS
    }


def post_init_hook(env):
    """Make Algeria's address form usable, unless somebody has already set it otherwise.

    :param env: superuser environment
    """
    country = env.ref("base.dz")
    defaults = _default_values(country)
    country.write(
        {name: value for name, value in ALGERIA_ADDRESS.items() if country[name] == defaults[name]}
    )


def uninstall_hook(env):
    """Put Odoo's defaults back where the values are still ours.

    :param env: superuser environment
    """
    country = env.ref("base.dz")
    defaults = _default_values(country)
    country.write(
        {name: defaults[name] for name, value in ALGERIA_ADDRESS.items() if country[name] == value}
    )
