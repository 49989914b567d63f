from . import price_import
from . import price_import_reader
from . import price_sheet
