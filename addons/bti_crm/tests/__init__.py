from . import test_algeria_places
from . import test_client_file
from . import test_fiscal_numbers
from . import test_enquiry
from . import test_need
from . import test_need_site
from . import test_performance
from . import test_rights
