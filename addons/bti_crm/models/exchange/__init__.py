"""Files of other programs, COMMSOFT's first: mapped, tried, brought in and taken back."""

from . import import_kind
from . import import_part
from . import import_profile
from . import import_column
from . import import_run
from . import import_row
from . import import_key
from . import import_file
from . import import_read
from . import import_work
from . import import_job
from . import import_undo
from . import import_report
from . import lookups
from . import kind_client
from . import kind_address
