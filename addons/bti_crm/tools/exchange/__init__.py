"""Files that people send: what is in them, and files that are given back. No ORM."""

from . import old_workbook
from . import table_file
from . import table_shape
from . import workbook
