import math
import time
from datetime import timedelta
from functools import partial

from odoo import api, models
from odoo.tools import SQL, groupby

from odoo.addons.bti_messaging.models.mixins.batch_job import BatchJob

from .scope import Scope

ALL_JOB = "bti_crm.cron_client_stat"
CHANGED_JOB = "bti_crm.cron_client_stat_changed"
# Transactions that began so long before the last run may have ended after it.
OVERLAP = timedelta(hours=1)
# Beyond this part of the clients it is quicker to count everybody.
LARGE_PART = 0.2
FEW = 1000
# Sorts and hashes of the sums stay in memory; for the transaction of a run only.
WORK_MEM = "128MB"
LOCK = "bti.client.stat"


class BtiClientStat(models.Model):
    """Counting the figures: for everybody at night, for those who changed, for one on demand.

    All three are the same query (``writing.py``), for other clients.
    """

    _inherit = "bti.client.stat"

    # === JOBS === #

    @api.model
    def _cron_refresh_all(self):
        """Nightly: count everybody."""
        self._run_job(ALL_JOB, self._refresh_all)

    @api.model
    def _cron_refresh_changed(self):
        """By day: count those whose figures have changed."""
        self._run_job(CHANGED_JOB, self._refresh_changed)

    @api.model
    def _run_job(self, xmlid, step):
        job = BatchJob(self.env, partial(self.env["ir.cron"]._bti_wake_job, xmlid))
        job.begin()
        if job.commit(step) is False:
            job.wake_for_locked()
        job.end()

    @api.model
    def _lock(self):
        """Only one run at a time writes figures; given back at the end of the transaction.

        :rtype: bool
        """
        [[is_ours]] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext(%s))", LOCK)
        )
        return is_ours

    # === RUNS === #

    @api.model
    def _refresh_all(self):
        """Count the figures of all clients.

        :return: whether it was done: not while another run is at it
        :rtype: bool
        """
        if not self._lock():
            return False
        self._take_dirty()
        self._refresh("all", self._get_scopes())
        return True

    @api.model
    def _refresh_changed(self):
        """Count the figures of the clients for whom something has changed since the last run.

        :return: whether it was done: not while another run is at it
        :rtype: bool
        """
        if not self._lock():
            return False
        # sudo: runs are the program's
        last = (
            self.env["bti.client.stat.run"]
            .sudo()
            .search([("kind", "!=", "one"), ("partner_id", "=", False)], limit=1)
        )
        scopes = self._get_scopes()
        # on new year's day the years of everybody change
        if not last or any(scope.today.year != last.day.year for scope in scopes):
            self._take_dirty()
            self._refresh("all", scopes)
            return True
        clients = self._find_touched(last)
        if len(clients) > FEW and self._is_large_part(len(clients)):
            self._refresh("all", scopes)
        else:
            self._refresh("changed", self._get_scopes(clients), len(clients))
        return True

    @api.model
    def _is_large_part(self, count):
        """Whether so many clients are a large part of those who have figures: these are counted no
        further than that takes. What PostgreSQL believes of a table that it has not analysed is
        that it is empty.

        :rtype: bool
        """
        enough = math.ceil(count / LARGE_PART)
        [[known]] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM (SELECT DISTINCT partner_id FROM bti_client_stat LIMIT %s) x",
                enough,
            )
        )
        return known < enough

    @api.model
    def _refresh_clients(self, partners):
        """Count the figures of some clients now.

        :param res.partner partners: clients or contacts
        :return: whether it was done: not while another run is at it
        :rtype: bool
        """
        clients = partners.commercial_partner_id
        if not clients:
            return True
        if not self._lock():
            return False
        self._refresh("one", self._get_scopes(clients.ids), len(clients), clients)
        return True

    @api.model
    def _refresh(self, kind, scopes, clients=0, partners=None):
        start = time.monotonic()
        self.env.flush_all()
        self.env.cr.execute(SQL("SET LOCAL work_mem = %s", WORK_MEM))
        self.env.cr.execute("SET LOCAL jit = off")  # costs more than it saves on these queries
        changed = sum(self._count(scope) for scope in scopes)
        self.env.cr.execute("SET LOCAL work_mem TO DEFAULT")
        self.env.cr.execute("SET LOCAL jit TO DEFAULT")
        self.env.invalidate_all(flush=False)
        vals = {
            "kind": kind,
            "date": self.env.cr.now().replace(microsecond=0),
            "day": min(scope.today for scope in scopes),
            "clients": clients,
            "changed": changed,
            "seconds": time.monotonic() - start,
        }
        # one of each client who was asked for: a run of nobody in particular is everybody's
        # sudo: runs are the program's
        self.env["bti.client.stat.run"].sudo().create(
            [{**vals, "partner_id": key} for key in (partners.ids if partners else [False])]
        )

    # === WHOSE === #

    @api.model
    def _get_scopes(self, clients=None):
        """What is to be counted, one scope for each clock: usually one.

        :param list[int] clients: ids of commercial partners; None for all
        :rtype: list[Scope]
        """
        contacts = None
        if clients is not None:
            query = SQL(
                "SELECT id FROM res_partner WHERE commercial_partner_id = ANY (%s)", clients
            )
            contacts = [contact for [contact] in self.env.execute_query(query)]
        # sudo: the program counts for all companies, archived ones too
        companies = (
            self.env["res.company"].sudo().with_context(active_test=False).search([("id", ">", 0)])
        )

        def clock(company):
            return company.messaging_tz or "UTC", company._bti_today()

        return [
            Scope([company.id for company in group], zone, today, clients, contacts)
            for (zone, today), group in groupby(companies, clock)
        ]

    @api.model
    def _take_dirty(self):
        """Read and forget who was marked. What others mark meanwhile is not seen, and stays.

        :return: ids of contacts
        :rtype: list[int]
        """
        self.env["bti.client.stat.dirty"].flush_model()
        rows = self.env.execute_query(
            SQL("DELETE FROM bti_client_stat_dirty RETURNING partner_ref")
        )
        self.env["bti.client.stat.dirty"].invalidate_model()
        return [partner_ref for [partner_ref] in rows]

    @api.model
    def _find_touched(self, last):
        """Clients for whom something has changed since a run.

        :param bti.client.stat.run last: the run
        :return: ids of commercial partners
        :rtype: list[int]
        """
        self.env.flush_all()
        queries = [
            SQL("SELECT unnest(%s::int[])", self._take_dirty()),
            *self._get_touched_queries(last.date - OVERLAP),
        ]
        for scope in self._get_scopes():
            queries += self._get_edge_queries(scope, last.day)
        return [
            client
            for [client] in self.env.execute_query(
                SQL(
                    "SELECT DISTINCT p.commercial_partner_id FROM res_partner p"
                    " WHERE p.id IN (%s) AND p.commercial_partner_id IS NOT NULL",
                    SQL(" UNION ALL ").join(queries),
                )
            )
        ]

    @api.model
    def _get_touched_queries(self, since):
        """Hook: who asked, wrote or ordered since a moment: what is found without a mark.

        :param datetime since: UTC
        :return: queries of one column, ids of clients or contacts
        :rtype: list[SQL]
        """
        return []

    @api.model
    def _get_edge_queries(self, scope, last_day):
        """Hook: for whom something left a window of time, or came due, since the last run's day.

        :param Scope scope: today
        :param date last_day: the day of the last run
        :return: queries of one column, ids of clients or contacts
        :rtype: list[SQL]
        """
        return []
