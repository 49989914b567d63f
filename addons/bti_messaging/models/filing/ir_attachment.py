from odoo import fields, models

from ...tools.insert_or_find import made_once


class IrAttachment(models.Model):
    """A file of a conversation, and its copies on documents; the file itself stays there."""

    _inherit = "ir.attachment"

    # === FIELDS === #

    bti_origin_id = fields.Many2one(
        "ir.attachment",
        string="File in the Conversation",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    # filed twice, it is there once
    _bti_filed_uniq = models.UniqueIndex(
        "(bti_origin_id, res_model, res_id) WHERE bti_origin_id IS NOT NULL",
        "This file stands on the document already.",
    )

    # === BUSINESS METHODS === #

    def _bti_file_on(self, document, note, author=None):
        """Make files of a conversation those of a document too, and note it there.

        Callers check who may do this; bytes are kept once.

        :param document: one record with a chatter
        :param Markup note: what stands in its chatter
        :param res.partner author: in whose name
        :return: the new ones; what stands there already is left out
        :rtype: ir.attachment
        """
        # sudo: see above
        files = self.sudo()
        known = files.search(
            [
                ("bti_origin_id", "in", files.ids),
                ("res_model", "=", document._name),
                ("res_id", "=", document.id),
            ]
        ).bti_origin_id
        filed = files.browse()
        with made_once():
            for file in files - known:
                filed |= file.copy(
                    {
                        "res_model": document._name,
                        "res_id": document.id,
                        "bti_origin_id": file.id,
                        "bti_from_client": True,
                        "public": False,
                    }
                )
            filed.flush_recordset()
        if filed:
            author = author or self.env.ref("base.partner_root")
            document._message_log(body=note, author_id=author.id, attachment_ids=filed.ids)
        return filed
