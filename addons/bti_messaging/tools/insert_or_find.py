"""Search, then create, where a unique index has the last word."""

from contextlib import contextmanager

from psycopg2 import errorcodes
from psycopg2.errors import SerializationFailure, UniqueViolation


class MadeMeanwhile(SerializationFailure):
    """Another transaction made the same record, and this one cannot see it.

    A snapshot does not move: only a new transaction finds the record. Odoo calls a request again
    after a serialization failure (``odoo.service.model.retrying``), our jobs do the same.
    """

    # an error that PostgreSQL did not raise has no code, and Odoo looks it up
    pgcode = errorcodes.SERIALIZATION_FAILURE


@contextmanager
def made_once():
    """Create records that another transaction may be making too, when those that are known were
    left out.

    :raise MadeMeanwhile: one of them is there now; the whole transaction is to be repeated
    """
    try:
        yield
    except UniqueViolation as error:
        raise MadeMeanwhile(str(error)) from error


def insert_or_find(env, find, create):
    """The record that is unique, found or made.

    ``find`` has to look at all records that the index knows: with ``sudo()``, and with archived
    ones unless the index leaves them out. What ``create`` does is undone when another transaction
    was faster.

    :param odoo.api.Environment env: whose cursor is used
    :param callable find: returns the record, or an empty one
    :param callable create: makes the record and returns it
    :return: the record
    :raise MadeMeanwhile: another transaction has just made it; nothing is left of this one, and
        the next try finds it. Whoever catches exceptions lets this one pass, as
        ``PG_CONCURRENCY_EXCEPTIONS_TO_RETRY``.
    """
    if record := find():
        return record
    try:
        with env.cr.savepoint():
            return create()
    except UniqueViolation as error:
        # a record of the same transaction, or a reading committed since
        if record := find():
            return record
        raise MadeMeanwhile(str(error)) from error
