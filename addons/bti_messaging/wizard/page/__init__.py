from . import bti_page_answer
