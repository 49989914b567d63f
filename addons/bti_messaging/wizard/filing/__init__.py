from . import bti_filing
