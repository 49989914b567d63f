"""Forms of adverts: what people fill in below an advert of the Page, and what it becomes."""

from . import bti_lead_question
from . import bti_lead_form
from . import reading
from . import bti_lead_answer
from . import bti_event
from . import bti_channel
