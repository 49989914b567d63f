"""What a file is that a stranger sends as a photo or a video: its bytes tell, not its name."""

import io
import warnings

from PIL import Image

from ..gateways import file_types

VIDEOS = frozenset({"video/mp4", "video/quicktime", "video/3gpp", "video/3gpp2", "video/webm"})
# as Pillow calls them
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
# Pillow does not open these, so that Odoo does not unfold them either.
CLOSED_PICTURES = frozenset({"image/heic", "image/heif", "image/avif"})
# A small file may unfold into gigabytes: a phone's camera stays far below.
MAX_PIXELS = 50_000_000


def read_type(content):
    """:param bytes content: a whole file
    :return: its MIME type when it is a photo or a video that is safe to keep, else None
    :rtype: str | None
    """
    mimetype = file_types.guess_type(content)
    if mimetype in VIDEOS or mimetype in CLOSED_PICTURES:
        return mimetype
    if mimetype in PICTURES and _is_small(content, PICTURES[mimetype]):
        return mimetype
    return None


def _is_small(content, form):
    """Whether a picture can be opened and has no more pixels than a photo; it is not unfolded."""
    Image.init()
    if form not in Image.OPEN:
        return True  # built without it: nobody unfolds it here
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[form]) as image:
                width, height = image.size
    except Exception:  # whatever a crafted file does to the library, it is no photo
        return False
    return 0 < width * height <= MAX_PIXELS
