"""Constants of the addon."""

# What Algeria's addresses look like, against Odoo's defaults for every country without its own:
# no postal code is needed to deliver, the commune is chosen in a list, and the wilaya is printed by
# its name (the default prints its code only), and papers call the fiscal number NIF.
ALGERIA_ADDRESS = {
    "zip_required": False,
    "enforce_cities": True,
    "address_format": (
        "%(street)s\n%(street2)s\n%(city)s %(zip)s\n%(state_name)s\n%(country_name)s"
    ),
    "vat_label": "NIF",
}

# Fields that together say where goods go.
SITE_FIELDS = ("site_street", "site_city_id", "site_state_id", "site_access")
