import shutil
import subprocess

from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path


@tagged("post_install", "-at_install")
class TestQuantityEntryJs(TransactionCase):
    """The browser converts what is typed as the server does: one table of cases for both."""

    def test_shared_table_of_cases_in_javascript(self):
        node = shutil.which("node")
        if not node:
            self.fail("Node.js runs the JavaScript side of the table of cases: install nodejs.")
        result = subprocess.run(
            [
                node,
                "--test",
                "--test-reporter=tap",
                file_path("bti_sales/static/tests/quantity_entry.node.mjs"),
            ],
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("# fail 0", result.stdout)
