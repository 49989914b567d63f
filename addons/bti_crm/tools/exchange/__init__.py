"""Files that people send: what is in them, and files that are given back. No ORM."""

from . import table_file
from . import workbook
