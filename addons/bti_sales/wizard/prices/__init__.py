from . import price_import
from . import price_template
from . import price_sheet
