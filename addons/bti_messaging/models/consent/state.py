from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import imprint

# Key of the imprints; not database.secret, which changes when a database is copied.
IMPRINT_KEY = "bti_messaging.imprint_key"
# Odoo's own lists of people who do not want mass messages. They know no company.
BLACKLISTS = {"sms": ("phone.blacklist", "number"), "email": ("mail.blacklist", "email")}


class BtiConsent(models.Model):
    """The state that the log says, for many addresses in one query."""

    _inherit = "bti.consent"

    @api.model
    def _get_refused(self, company, kind, addresses, purpose="marketing"):
        """Which addresses may not be written to. One query, for 100,000 as for one.

        Orders and deliveries ("transactional") are refused only by who refused just that.
        When the company's marketing needs consent, who has not agreed refuses.

        :param res.company company: who wants to write
        :param str kind: "sms", "email", ...
        :param collection[str] addresses: E.164 or normalised e-mail
        :param str purpose: for what
        :rtype: set[str]
        """
        company = company or self.env.company
        # sudo: setting of the company, also for who cannot read companies
        needs_consent = purpose == "marketing" and company.sudo().marketing_consent == "opt_in"
        condition = SQL("says.state = 'withdrawn'")
        if needs_consent:
            condition = SQL("says.state IS DISTINCT FROM 'given'")
        return {
            address
            for (address,) in self._select_states(
                company, kind, addresses, purpose, SQL("says.address"), condition
            )
        }

    @api.model
    def _get_states(self, company, kind, addresses, purpose="marketing"):
        """What the log says of each address. One query.

        :param res.company company: to whom
        :param str kind: "sms", "email", ...
        :param collection[str] addresses: E.164 or normalised e-mail
        :param str purpose: for what
        :return: "given", "withdrawn", "pending" (asked, the answer may still come) or "none"
        :rtype: dict[str, str]
        """
        columns = SQL(
            "says.address, CASE WHEN says.is_asked AND says.state IS DISTINCT FROM 'given'"
            " THEN 'pending' ELSE COALESCE(says.state, 'none') END"
        )
        company = company or self.env.company
        return dict(self._select_states(company, kind, addresses, purpose, columns, SQL("TRUE")))

    @api.model
    def _get_facts(self, company, kind, addresses, purpose="marketing"):
        """What was said last of each address, whatever was asked since. One query.

        :param: as of :meth:`_get_states`
        :return: "given", "withdrawn" or None
        :rtype: dict[str, str | None]
        """
        columns = SQL("says.address, says.state")
        return dict(self._select_states(company, kind, addresses, purpose, columns, SQL("TRUE")))

    @api.model
    def _select_states(self, company, kind, addresses, purpose, columns, condition):
        """Rows of ``says``: address, state (given, withdrawn or NULL), is_asked.

        The latest fact of the address itself or of its imprint counts; where the log is
        silent, Odoo's blacklist.
        """
        addresses = list({address for address in addresses if address})
        if not addresses:
            return []
        self.flush_model()
        imprints = self._get_imprints(addresses)
        return self.env.execute_query(
            SQL(
                """
                SELECT %(columns)s
                  FROM (
                       SELECT asked.address,
                              COALESCE(latest.state, CASE WHEN %(block)s THEN 'withdrawn' END)
                                  AS state,
                              COALESCE(question.state = 'pending'
                                       AND question.expires_at > %(now)s, FALSE) AS is_asked
                         FROM unnest(%(addresses)s::varchar[], %(imprints)s::varchar[])
                              AS asked(address, imprint)
                         LEFT JOIN LATERAL (%(latest)s) latest ON TRUE
                         LEFT JOIN LATERAL (%(question)s) question ON TRUE
                       ) says
                 WHERE %(condition)s
                """,
                columns=columns,
                block=self._blacklisted_sql(kind, purpose),
                now=fields.Datetime.now(),
                addresses=addresses,
                imprints=[imprints.get(address) for address in addresses],
                latest=self._latest_sql(company, kind, purpose, SQL("state != 'pending'")),
                question=self._latest_sql(company, kind, purpose, SQL("TRUE")),
                condition=condition,
            )
        )

    @api.model
    def _blacklisted_sql(self, kind, purpose):
        """Whether ``asked.address`` is on Odoo's blacklist; an entry that the log explains is not
        common to all companies."""
        if purpose != "marketing" or kind not in BLACKLISTS:
            return SQL("FALSE")
        model, name = BLACKLISTS[kind]
        self.env[model].flush_model([name, "active"])
        return SQL(
            """
            EXISTS (SELECT FROM %(blacklist)s WHERE %(name)s = asked.address AND active)
            AND NOT EXISTS (SELECT FROM bti_consent
                             WHERE address = asked.address
                               AND purpose = 'marketing'
                               AND kind IN (%(kind)s, 'all')
                               AND list_name IS NULL
                               AND state != 'pending')
            """,
            blacklist=SQL.identifier(self.env[model]._table),
            name=SQL.identifier(name),
            kind=kind,
        )

    @api.model
    def _latest_sql(self, company, kind, purpose, condition):
        """The latest fact about ``asked`` (address, imprint)."""
        return SQL(
            """
            SELECT state, expires_at
              FROM bti_consent
             WHERE address = ANY(ARRAY[asked.address, asked.imprint])
               AND purpose = %(purpose)s
               AND kind IN (%(kind)s, 'all')
               AND (company_id = %(company)s OR company_id IS NULL)
               AND list_name IS NULL
               AND %(condition)s
             ORDER BY date DESC, id DESC
             LIMIT 1
            """,
            purpose=purpose,
            kind=kind,
            company=company.id,
            condition=condition,
        )

    # === IMPRINTS OF ERASED ADDRESSES === #

    @api.model
    def _get_imprints(self, addresses):
        """Imprints under which erased addresses are still recognized.

        :return: imprint of each address; none as long as nothing was ever erased
        :rtype: dict[str, str]
        """
        # sudo: the key never leaves the server
        key = self.env["ir.config_parameter"].sudo().get_param(IMPRINT_KEY)
        if not key:
            return {}
        return {address: imprint.make(key, address) for address in addresses}
