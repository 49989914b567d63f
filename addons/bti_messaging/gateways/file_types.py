"""What a file really is, by its first bytes: pure functions."""

import re

from .content import MediaKind

UNKNOWN = "application/octet-stream"
# (beginning, type); where the type stands further on, with its offset.
SIGNATURES = [
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"caff", "audio/x-caf"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"MZ", "application/x-dosexec"),
    (0, b"\x7fELF", "application/x-executable"),
]
# ISO media files name their brand: ....ftypXXXX
BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"avif": "image/avif",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
    b"3gp": "video/3gpp",
    b"3g2": "video/3gpp2",
}
ADTS = re.compile(rb"\xff[\xf0\xf1\xf8\xf9]")
MPEG_AUDIO = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]")
SVG = re.compile(rb"<svg[\s>]", re.I)
MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|script|\?xml|svg|iframe|!--)", re.I)
# Files that are others inside: what was declared is more exact, and contradicts nothing.
CONTAINERS = {
    "application/zip": re.compile(
        r"application/(vnd\.(openxmlformats-officedocument|oasis\.opendocument)\..+"
        r"|vnd\.android\.package-archive|x-zip.*|epub\+zip)"
    ),
    "application/x-ole-storage": re.compile(r"application/(msword|vnd\.ms-.+|vnd\.visio)"),
    "text/plain": re.compile(r"text/(csv|vcard|x-vcard|calendar|markdown)|application/json"),
    "audio/ogg": re.compile(r"audio/(ogg|opus)|video/ogg"),
    "video/mp4": re.compile(r"audio/(mp4|x-m4a|aac)"),
    "video/webm": re.compile(r"audio/webm|video/x-matroska"),
    "video/3gpp": re.compile(r"audio/3gpp"),
    UNKNOWN: re.compile(r"(?!text/html|image/svg).+/.+"),
}
# What the bytes must be for a file to be shown as what its sender calls it; a document may be
# anything, it is never opened here.
FAMILIES = {
    MediaKind.IMAGE: re.compile(r"image/(?!svg)"),
    MediaKind.STICKER: re.compile(r"image/(?!svg)|video/"),
    MediaKind.VIDEO: re.compile(r"video/|image/gif"),
    MediaKind.AUDIO: re.compile(r"audio/|video/(mp4|webm|ogg|3gpp)"),
    MediaKind.VOICE: re.compile(r"audio/|video/(mp4|webm|ogg|3gpp)"),
}


def guess_type(content, declared=""):
    """What the bytes are. What was declared only refines it, where several types begin alike.

    :param bytes content: the file, or its beginning
    :param str declared: as its sender or a header calls it, perhaps with parameters
    :return: a MIME type; ``UNKNOWN`` when nothing tells
    """
    declared = declared.partition(";")[0].strip().lower()
    found = _read_signature(content)
    finer = CONTAINERS.get(found)
    return declared if finer and finer.fullmatch(declared) else found


def fits(kind, mimetype):
    """Whether a file of this type may be shown as this kind.

    :param MediaKind kind: what its sender calls it
    :param str mimetype: by ``guess_type``
    :rtype: bool
    """
    family = FAMILIES.get(kind)
    return not family or bool(family.match(mimetype))


def _read_signature(content):
    head = content[:4096]
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return BRANDS.get(brand) or BRANDS.get(brand[:3]) or "video/mp4"
    for offset, signature, mimetype in SIGNATURES:
        if head.startswith(signature, offset):
            return mimetype
    if ADTS.match(head):
        return "audio/aac"
    if MPEG_AUDIO.match(head):
        return "audio/mpeg"
    text = head.removeprefix(b"\xef\xbb\xbf")
    if MARKUP.match(text):
        return "image/svg+xml" if SVG.search(text) else "text/html"
    return "text/plain" if _is_text(text) else UNKNOWN


def _is_text(head):
    """Whether it is UTF-8, perhaps cut off within a character."""
    if not head or b"\0" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3 and len(head) > 3
    return True
