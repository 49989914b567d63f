"""Pictures and videos that people put into posts."""


def check_files(record):
    """Nobody publishes files that he may not read himself.

    :param record: with ``attachment_ids``, as the user who wrote it
    :raise AccessError: one of them is closed to him
    """
    # sudo: which files there are, not what is in them
    files = record.env["ir.attachment"].browse(record.sudo().attachment_ids.ids)
    files.check_access("read")


def keep_files(record):
    """Whoever reads the record reads its files too, which its user has just uploaded.

    :param record: with ``attachment_ids``
    """
    # sudo: files of the user himself that belong to nothing yet
    for attachment in record.sudo().attachment_ids:
        if not attachment.res_id and attachment.create_uid == record.env.user:
            attachment.write({"res_model": record._name, "res_id": record.id})
