"""What the code declares for the database is in the database.

Odoo skips an index that the server cannot make, and only logs a constraint that old rows break.
"""

from odoo.orm.table_objects import Constraint, Index
from odoo.tests import TransactionCase, tagged
from odoo.tools.sql import make_index_name

# What people type into search boxes, some of Odoo's among them: the rest is found by itself.
SEARCHED = {
    "account_move.name",
    "crm_lead.contact_name",
    "product_template.name",
    "sale_order.client_order_ref",
    "sale_order.name",
    "stock_picking.name",
}


@tagged("post_install", "-at_install")
class TestDatabaseObjects(TransactionCase):
    """The tables of our models, and of Odoo's that ours extend."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = [
            model
            for model in cls.env.values()
            if model._auto
            and not model._abstract
            and any(
                getattr(base, "_module", None) and base._module.startswith("bti_")
                for base in type(model).mro()
            )
        ]
        cls.indexes = cls.names("SELECT indexname FROM pg_indexes")
        cls.constraints = cls.names("SELECT conname FROM pg_constraint")

    @classmethod
    def names(cls, query):
        """First column of a query, as a set."""
        cls.env.cr.execute(query)
        return {row[0] for row in cls.env.cr.fetchall()}

    def stored(self):
        """``(model, field)`` of every column."""
        for model in self.models:
            for field in model._fields.values():
                if field.store and field.column_type:
                    yield model, field

    def test_indexes_of_fields(self):
        found = set()
        for model, field in self.stored():
            if field.index:
                with self.subTest(field=str(field)):
                    self.assertIn(make_index_name(model._table, field.name), self.indexes)
                if field.index == "trigram":
                    found.add(f"{model._table}.{field.name}")
        self.assertLessEqual(SEARCHED, found)

    def test_trigram_indexes_are_trigrams(self):
        self.env.cr.execute("SELECT indexname, indexdef FROM pg_indexes")
        definitions = dict(self.env.cr.fetchall())
        for model, field in self.stored():
            if field.index == "trigram":
                with self.subTest(field=str(field)):
                    name = make_index_name(model._table, field.name)
                    self.assertIn("gin_trgm_ops", definitions.get(name, ""))

    def test_declared_constraints_and_indexes(self):
        for model in self.models:
            for table_object in model._table_objects.values():
                name = table_object.full_name(model)
                with self.subTest(name=name):
                    if isinstance(table_object, Constraint):
                        self.assertIn(name, self.constraints)
                    elif isinstance(table_object, Index) and table_object.get_definition(
                        self.env.registry
                    ):
                        self.assertIn(name, self.indexes)

    def test_required_columns(self):
        for _model, field in self.stored():
            if field.required and field.name != "id":
                with self.subTest(field=str(field)):
                    self.assertIn(field, self.env.registry.not_null_fields)

    def test_foreign_keys(self):
        self.env.cr.execute(
            """
            SELECT c.relname || '.' || a.attname
              FROM pg_constraint f
              JOIN pg_class c ON c.oid = f.conrelid
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = f.conkey[1]
             WHERE f.contype = 'f'
            """
        )
        known = {row[0] for row in self.env.cr.fetchall()}
        for model, field in self.stored():
            if field.type == "many2one":
                comodel = self.env[field.comodel_name]
                if comodel._auto and not comodel._abstract and not field.company_dependent:
                    with self.subTest(field=str(field)):
                        self.assertIn(f"{model._table}.{field.name}", known)
