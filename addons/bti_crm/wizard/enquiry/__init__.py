from . import bti_page_answer
from . import survey_invite
