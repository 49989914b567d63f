from . import bti_connect_candidate
from . import bti_connect
from . import connect_meta
from . import connect_choice
from . import connect_viber
