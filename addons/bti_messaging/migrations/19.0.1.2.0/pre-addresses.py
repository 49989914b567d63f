"""Correspondents are named by the kind of their address: a phone number, an id of a network."""


def migrate(cr, version):
    """:param cr: cursor
    :param str version: installed before
    """
    if version:
        cr.execute("UPDATE bti_identity SET kind = 'phone' WHERE kind = 'sms'")
