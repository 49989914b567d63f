"""What Odoo logs of a query that failed: the query, without what clients wrote and their numbers.

A conflict between two transactions is nothing unusual, and Odoo writes the whole query of the one
that loses: texts, numbers, and links that are worth a signature.
"""

import logging
import re

from ..gateways.http import MASK

BAD_QUERY = "bad query"
# Tables of people and of what they write.
PRIVATE = re.compile(
    r"\b(?:bti_|crm_lead|discuss_|im_livechat|link_tracker|mail_|mailing_|phone_|res_partner|sms_)"
)
LITERAL = re.compile(r"'(?:[^'\\]|''|\\.)*'", re.S)
DIGITS = re.compile(r"\+?\d{6,}")


class QueryFilter(logging.Filter):
    """Masks the values of such queries; the query itself and the kind of error stay."""

    def filter(self, record):
        """Keep the record, without its values."""
        if not str(record.msg).startswith(BAD_QUERY) or not isinstance(record.args, tuple):
            return True
        query, *errors = (
            arg.decode(errors="replace") if isinstance(arg, bytes) else str(arg)
            for arg in record.args
        )
        if PRIVATE.search(query):
            # the lines behind the first repeat values: "Key (number)=(...) already exists"
            first = [DIGITS.sub(MASK, error.partition("\n")[0]) for error in errors]
            record.args = (LITERAL.sub(f"'{MASK}'", query), *first)
        return True


logging.getLogger("odoo.sql_db").addFilter(QueryFilter())
