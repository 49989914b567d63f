from . import test_document_photos
