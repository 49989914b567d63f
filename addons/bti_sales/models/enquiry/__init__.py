"""From the needs of an enquiry to its quotations."""

from . import crm_lead
