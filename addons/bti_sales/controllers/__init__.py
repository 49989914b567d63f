from . import portal_order_input
from . import portal_prices
from . import price_file
from . import survey
from . import tracking
from . import portal_documents
from . import portal_signature
