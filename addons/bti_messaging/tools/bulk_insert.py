"""Many rows of a model in one statement."""

from odoo.tools import SQL

# PostgreSQL type of a column, as Odoo declares it: type of an array of its values.
_ARRAY_TYPES = {
    "int4": SQL("int4[]"),
    "bool": SQL("bool[]"),
    "varchar": SQL("varchar[]"),
    "text": SQL("text[]"),
    "timestamp": SQL("timestamp[]"),
    "date": SQL("date[]"),
    "numeric": SQL("numeric[]"),
    "float8": SQL("float8[]"),
}


def bulk_insert(model, vals_list, returning="id"):
    """Insert rows without going through ``create()``: one statement, whatever their number.

    For rows that the system writes by the hundred thousand and whose values are known: defaults
    apply, computed fields and the overrides of ``create()`` do not. The caller gives stored
    computed fields, fields that are required, and wakes up who must be.

    :param BaseModel model: the model
    :param list[dict] vals_list: values of stored fields; all rows have the same keys
    :param str returning: name of the field by which the caller tells the rows apart
    :return: ``{value of that field: id}``
    :rtype: dict
    """
    if not vals_list:
        return {}
    names = [*vals_list[0]]
    defaults = _get_defaults(model, names)
    columns, arrays = [], []
    for name in [*names, *defaults]:
        field = model._fields[name]
        columns.append(SQL.identifier(name))
        arrays.append(
            SQL(
                "%s::%s",
                [
                    _to_column(field, vals[name] if name in vals else defaults[name])
                    for vals in vals_list
                ],
                _ARRAY_TYPES[field.column_type[0]],
            )
        )
    columns += [SQL.identifier(name) for name in _LOG_ACCESS]
    rows = model.env.execute_query(
        SQL(
            """
            INSERT INTO %(table)s (%(columns)s)
                 SELECT *, %(uid)s, %(uid)s, %(now)s, %(now)s FROM UNNEST(%(arrays)s)
              RETURNING %(returning)s, id
            """,
            table=SQL.identifier(model._table),
            columns=SQL(", ").join(columns),
            arrays=SQL(", ").join(arrays),
            uid=model.env.uid,
            now=model.env.cr.now(),
            returning=SQL.identifier(returning),
        )
    )
    return dict(rows)


_LOG_ACCESS = ("create_uid", "write_uid", "create_date", "write_date")


def _get_defaults(model, names):
    """Defaults of the columns that are not given."""
    others = [
        name
        for name, field in model._fields.items()
        if field.store
        and field.column_type
        and field.column_type[0] in _ARRAY_TYPES
        and name not in names
        and name not in _LOG_ACCESS
        and name != "id"
    ]
    return {
        name: value
        for name, value in model.default_get(others).items()
        if value is not False or model._fields[name].type == "boolean"
    }


def _to_column(field, value):
    """A falsy value is NULL, but for booleans and numbers."""
    if value or field.type == "boolean":
        return value or False
    return value if value is not False and value == 0 and field.type != "many2one" else None
