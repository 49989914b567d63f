from odoo import SUPERUSER_ID, api

from odoo.addons.bti_crm.hooks import silence_lead_enrichment


def migrate(cr, version):
    """Enquiries went to a paid service outside where nobody had chosen."""
    silence_lead_enrichment(api.Environment(cr, SUPERUSER_ID, {}))
