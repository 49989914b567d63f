import base64
import hashlib
import re

from odoo import api, fields, models
from odoo.fields import Domain

from ...gateways.charset import clean
from ...tools import photo_types
from ...tools.insert_or_find import insert_or_find, made_once

CHUNK = 256 * 1024  # bytes of each piece but the last
KEY = re.compile(r"[0-9a-f]{16,40}")
MAX_NAME = 80


class BtiPhotoLink(models.Model):
    """What a phone sends by a link: begun, gone on with after a cut, finished."""

    _inherit = "bti.photo.link"

    # === BUSINESS METHODS === #

    def _begin(self, key, name, size):
        """Begin a file, or tell what of it is here already.

        :param str key: by which the phone names it
        :param str name: as the phone calls it
        :param int size: in bytes
        :return: what the phone is told, see ``_tell``; None when the key is none
        :rtype: dict | None
        """
        self.ensure_one()
        if not KEY.fullmatch(key):
            return None
        File = self.env["bti.photo.file"]
        # a write: two that begin at once count each other
        self.last_used_on = fields.Datetime.now()

        def find():
            return File.search([("link_id", "=", self.id), ("key", "=", key)], limit=1)

        if known := find():
            return known._tell()
        if reason := self._get_refusal(size):
            return {"state": "refused", "reason": reason}
        vals = {"link_id": self.id, "key": key, "size": size, "name": clean(name)[:MAX_NAME]}
        return insert_or_find(self.env, find, lambda: File.create(vals))._tell()

    def _get_refusal(self, size):
        """:return: why a file of this size is not taken, or False"""
        company = self.company_id
        if self.kind != "receive":
            return "closed"
        if not 0 < size <= company.photo_max_mb * 1024 * 1024:
            return "size"
        File = self.env["bti.photo.file"]
        own = Domain("link_id", "=", self.id)
        taken = File.search_count(own & Domain("state", "!=", "refused"))
        # who sends what is no photo again and again is stopped too
        tried = File.search_count(own)
        most = company.photo_max_files
        return "number" if taken >= most or tried >= 3 * most else False


class BtiPhotoFile(models.Model):
    """Its pieces are put together when all are here; what it is, its bytes tell."""

    _inherit = "bti.photo.file"

    # === BUSINESS METHODS === #

    @api.model
    def _find(self, link, key):
        """:return: the file of a link by the phone's name for it"""
        return self.search([("link_id", "=", link.id), ("key", "=", key)], limit=1)

    def _tell(self):
        """:return: what the phone has to know: ``state``, ``reason``, the ``chunk`` size and the
            numbers that are here (``have``)
        :rtype: dict
        """
        self.ensure_one()
        told = {"state": self.state, "reason": self.reason or "", "chunk": CHUNK, "have": []}
        if self.state == "coming":
            told["have"] = (
                self.env["bti.photo.chunk"]._read_group(
                    [("file_id", "=", self.id)], [], ["number:array_agg"]
                )[0][0]
                or []
            )
        return told

    def _take(self, number, content):
        """Take one piece; one that is here already changes nothing.

        :param int number: from 0
        :param bytes content: exactly as long as the piece has to be
        :return: what the phone is told, or None when there is no such piece
        :rtype: dict | None
        """
        self.ensure_one()
        count = -(-self.size // CHUNK)
        if not 0 <= number < count:
            return None
        if self.state == "coming":
            if len(content) != min(CHUNK, self.size - number * CHUNK):
                return None
            Chunk = self.env["bti.photo.chunk"]
            known = [("file_id", "=", self.id), ("number", "=", number)]
            if not Chunk.search_count(known, limit=1):
                vals = {"file_id": self.id, "number": number, "data": base64.b64encode(content)}
                with made_once():
                    Chunk.create(vals)
                # a write: of two pieces that come at once one waits and sees the other
                self.received += len(content)
            if self.received == self.size:
                self._finish()
        return self._tell()

    def _finish(self):
        """Put the pieces together, look at what they are, and file it."""
        self.ensure_one()
        content = b"".join(base64.b64decode(chunk.data) for chunk in self.chunk_ids)
        self.chunk_ids.unlink()
        mimetype = photo_types.read_type(content)
        if not mimetype:
            self.write({"state": "refused", "reason": "type"})
            return
        digest = hashlib.sha256(content).hexdigest()
        vals = {"state": "done", "sha256": digest, "mimetype": mimetype}
        same = self.search(
            [
                ("link_id", "=", self.link_id.id),
                ("sha256", "=", digest),
                ("attachment_id", "!=", False),
            ],
            limit=1,
        )
        if not same:
            with made_once():
                self.write({**vals, "attachment_id": self._file(content, mimetype).id})
                self.flush_recordset()
            self.link_id._tell_received(self.attachment_id)
        else:
            self.write(vals)
