"""Networks of Meta, all behind the Graph API."""
