from . import test_filing_documents
