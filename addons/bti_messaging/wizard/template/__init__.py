from . import bti_template_new
from . import bti_template_send
from . import file
from . import bti_template_send_value
from . import recipient
