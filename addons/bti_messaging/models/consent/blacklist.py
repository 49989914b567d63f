from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import imprint
from .blacklist_mixin import FOLLOWS, FOLLOWS_KEY
from .state import BLACKLISTS

BATCH = 1000


class BtiConsent(models.Model):
    """The log in step with Odoo's blacklists, in both directions.

    Odoo's blacklists are common to all companies. An address is on them as long as one
    company is refused marketing: Odoo's own screens then err on the safe side, while
    :meth:`_get_refused` tells the companies apart.
    """

    _inherit = "bti.consent"

    # === FROM THE LOG TO THE BLACKLISTS === #

    def _move_blacklists(self):
        """Bring the blacklists in step with these new facts."""
        told = self.filtered(
            lambda consent: (
                consent.purpose == "marketing"
                and consent.state != "pending"
                and not consent.list_name
                and not imprint.is_imprint(consent.address)
            )
        )
        for kind, (model, _name) in BLACKLISTS.items():
            addresses = {
                consent.address
                for consent in told
                if consent.kind in (kind, "all") and ("@" in consent.address) == (kind == "email")
            }
            if addresses:
                blocked = self._get_refused_somewhere(kind, addresses)
                # sudo: whoever may record a fact may not edit these lists by hand
                self.env[model].sudo()._bti_follow(blocked, addresses - blocked)

    @api.model
    def _get_refused_somewhere(self, kind, addresses):
        """Addresses that at least one company may not write to, as far as the log knows.

        :rtype: set[str]
        """
        self.flush_model()
        self.env["res.company"].flush_model(["active"])
        latest = SQL(
            """
            SELECT state
              FROM bti_consent
             WHERE address = asked.address
               AND purpose = 'marketing'
               AND kind IN (%(kind)s, 'all')
               AND (company_id = company.id OR company_id IS NULL)
               AND list_name IS NULL
               AND state != 'pending'
             ORDER BY date DESC, id DESC
             LIMIT 1
            """,
            kind=kind,
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT asked.address
                  FROM unnest(%(addresses)s::varchar[]) AS asked(address)
                 CROSS JOIN res_company company
                 CROSS JOIN LATERAL (%(latest)s) latest
                 WHERE company.active AND latest.state = 'withdrawn'
                """,
                addresses=list(addresses),
                latest=latest,
            )
        )
        return {address for (address,) in rows}

    # === FROM THE BLACKLISTS TO THE LOG === #

    @api.model
    def _record_blacklisting(self, kind, addresses, blocked, origin):
        """Write down that addresses were put on a blacklist or taken off it.

        :param str kind: "sms" or "email"
        :param list[str] addresses: as the blacklist has them
        :param bool blocked: put on it, else taken off
        :param dict origin: ``how``, ``proof`` and what else is known, see
            ``bti.blacklist.mixin._bti_get_origin``
        """
        # sudo: nobody writes this log by hand
        self = self.sudo().with_context(**{FOLLOWS_KEY: FOLLOWS})
        self.create(
            [
                {
                    **origin,
                    "company_id": False,
                    "kind": kind,
                    "address": address,
                    "state": "withdrawn" if blocked else "given",
                    "purpose": "marketing",
                    "user_id": self._get_recorder(),
                }
                for address in addresses
            ]
        )

    @api.model
    def _record_known_blacklists(self):
        """Write down who was on a blacklist before there was a log (installation)."""
        for kind, (model, name) in BLACKLISTS.items():
            blocked = self.env[model].search(Domain.TRUE).mapped(name)
            for start in range(0, len(blocked), BATCH):
                batch = blocked[start : start + BATCH]
                known = set(self.search([("address", "in", batch)]).mapped("address"))
                self._record_blacklisting(
                    kind,
                    [address for address in batch if address not in known],
                    True,
                    {"how": "blacklist", "proof": self.env._("On Odoo's blacklist before.")},
                )
