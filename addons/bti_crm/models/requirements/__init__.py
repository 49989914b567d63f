"""What a client or his site needs specially, told where goods are sold, loaded and unloaded."""

from . import bti_requirement_kind
from . import bti_requirement
from . import res_partner
