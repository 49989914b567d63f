from . import price_cells
from . import price_reader
from . import price_plan
from . import price_import
from . import price_template
from . import price_sheet
