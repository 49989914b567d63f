"""What the code declares for the database is in the database.

Odoo skips an index that the server cannot make, and only logs a constraint that old rows break.
"""

from odoo.orm.table_objects import Constraint
from odoo.tests import TransactionCase, tagged
from odoo.tools.sql import make_index_name

# What people type into search boxes, some of Odoo's among them: the rest is found by itself.
SEARCHED = {
    "account_move.name",
    "bti_pallet_statement.name",
    "crm_lead.contact_name",
    "product_template.name",
    "sale_order.name",
    "stock_picking.name",
}


@tagged("post_install", "-at_install")
class TestDatabaseObjects(TransactionCase):
    """The tables of all models, Odoo's that ours extend or search among them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = [model for model in cls.env.values() if model._auto and not model._abstract]
        cls.indexes = dict(cls.rows("SELECT indexname, indexdef FROM pg_indexes"))

    @classmethod
    def rows(cls, query):
        """Rows of a query on PostgreSQL's catalogue."""
        cls.env.cr.execute(query)
        return cls.env.cr.fetchall()

    def columns(self):
        """``("table.column", model, field)`` of every stored field."""
        for model in self.models:
            for field in model._fields.values():
                if field.store and field.column_type:
                    yield f"{model._table}.{field.name}", model, field

    def test_indexes_of_fields(self):
        wanted = {
            name: (make_index_name(model._table, field.name), field.index)
            for name, model, field in self.columns()
            if field.index
        }
        missing = [name for name, (index, _kind) in wanted.items() if index not in self.indexes]
        self.assertFalse(missing)
        trigrams = {name for name, (_index, kind) in wanted.items() if kind == "trigram"}
        self.assertLessEqual(SEARCHED, trigrams)
        other = [name for name in trigrams if "gin_trgm_ops" not in self.indexes[wanted[name][0]]]
        self.assertFalse(other)

    def test_declared_constraints_and_indexes(self):
        there = {name for (name,) in self.rows("SELECT conname FROM pg_constraint")}
        ours, missing = 0, []
        for model in self.models:
            for declared in model._table_objects.values():
                name = declared.full_name(model)
                known = there if isinstance(declared, Constraint) else self.indexes
                # an index may have no definition where the server lacks what it needs
                if name not in known and declared.get_definition(self.env.registry):
                    missing.append(name)
                ours += name.startswith("bti_")
        self.assertFalse(missing)
        self.assertGreater(ours, 50)

    def test_required_columns(self):
        required = {name for name, _model, field in self.columns() if field.required}
        self.assertIn("bti_message.company_id", required)
        there = {
            name
            for (name,) in self.rows(
                """
                SELECT table_name || '.' || column_name
                  FROM information_schema.columns
                 WHERE is_nullable = 'NO'
                """
            )
        }
        self.assertFalse(required - there)

    def test_foreign_keys(self):
        there = {
            name
            for (name,) in self.rows(
                """
                SELECT c.relname || '.' || a.attname
                  FROM pg_constraint f
                  JOIN pg_class c ON c.oid = f.conrelid
                  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = f.conkey[1]
                 WHERE f.contype = 'f'
                """
            )
        }
        tables = {model._name for model in self.models}
        missing = [
            name
            for name, _model, field in self.columns()
            if field.type == "many2one"
            and field.comodel_name in tables
            # Odoo makes none to the actions: their tables inherit from each other
            and field.comodel_name != "ir.actions.actions"
            and not field.company_dependent
            and name not in there
        ]
        self.assertFalse(missing)
