from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# What was begun and not gone on with is forgotten after so long.
UNFINISHED_TIME = timedelta(days=2)


class BtiPhotoFile(models.Model):
    """A file that comes by a photo link in numbered pieces, named by the phone that sends it: a
    piece or a file that comes again changes nothing."""

    _name = "bti.photo.file"
    _description = "Photo Received by Link"
    _order = "id desc"
    _check_company_auto = True

    # === FIELDS === #

    link_id = fields.Many2one(
        "bti.photo.link", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="link_id.company_id", store=True, index=True)
    key = fields.Char(required=True, readonly=True, help="By which the phone names the file.")
    name = fields.Char(readonly=True)
    size = fields.Integer(string="Size in Bytes", required=True, readonly=True)
    received = fields.Integer(string="Received Bytes", readonly=True)
    sha256 = fields.Char(readonly=True)
    mimetype = fields.Char(string="Type", readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", string="File", readonly=True, ondelete="set null"
    )
    state = fields.Selection(
        [("coming", "Coming In"), ("done", "Received"), ("refused", "Refused")],
        required=True,
        default="coming",
        readonly=True,
    )
    reason = fields.Selection(
        [
            ("type", "Not a Photo or a Video"),
            ("size", "Too Large"),
            ("number", "Too Many Files"),
            ("closed", "The Link Is Closed"),
        ],
        string="Why Refused",
        readonly=True,
    )
    chunk_ids = fields.One2many("bti.photo.chunk", "file_id", string="Pieces", readonly=True)

    _key_uniq = models.Constraint("UNIQUE(link_id, key)", "This file is known already.")
    # the same photo chosen twice is one
    _content_uniq = models.UniqueIndex(
        "(link_id, sha256) WHERE attachment_id IS NOT NULL", "This photo is there already."
    )

    # === BUSINESS METHODS === #

    @api.autovacuum
    def _gc_unfinished(self):
        """Forget what was begun and never finished, a bounded number at a time."""
        before = fields.Datetime.now() - UNFINISHED_TIME
        domain = Domain("state", "=", "coming") & Domain("write_date", "<", before)
        self.search(domain, limit=1000).unlink()


class BtiPhotoChunk(models.Model):
    """A piece of a file that is not complete yet."""

    _name = "bti.photo.chunk"
    _description = "Piece of a Photo"
    _order = "number"

    file_id = fields.Many2one(
        "bti.photo.file", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="file_id.company_id")
    number = fields.Integer(required=True, readonly=True)
    data = fields.Binary(string="Content", attachment=False, required=True, readonly=True)

    _number_uniq = models.Constraint("UNIQUE(file_id, number)", "This piece is there already.")
