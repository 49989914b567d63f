"""Sample records of the client file: facts, figures, segments, imports. See rights_common.py."""

import base64


def make_client_file(env, client, company, product):
    """Make what is known of a client beside his documents, and how he is counted.

    :return: the records from which all others can be reached
    """
    phone = env["bti.client.phone"].create({"partner_id": client.id, "number": "0550 99 00 01"})
    kinds = env["bti.requirement.kind"]  # all companies have the same
    kind = kinds.search([], limit=1) or kinds.create({"name": "Crane"})
    requirement = env["bti.requirement"].create({"partner_id": client.id, "kind_id": kind.id})
    env["bti.site.quantity"].create(
        {"partner_id": client.child_ids.id, "product_id": product.id, "pieces": 5000}
    )
    sector = env["bti.sector"].create(
        {"name": f"Sector {company.name}", "company_id": company.id, "user_id": False}
    )
    formula = env["bti.client.formula"]._get_or_create(company.ids)
    border = env["bti.client.border"].search([("formula_id", "=", formula.id)], limit=1)
    border = border or border.create({"formula_id": formula.id, "measure": "amount", "rank": 5})
    env["bti.client.stat"]._refresh_clients(client)
    stats = env["bti.client.stat"].search([("partner_id", "=", client.id)])
    segment = env["bti.segment"].create(
        {
            "name": f"Segment {client.name}",
            "company_id": company.id,
            "domain": repr([("id", "=", client.id)]),
        }
    )
    segment._refresh()
    env["bti.segment.move"].create(
        {
            "segment_id": segment.id,
            "company_id": company.id,
            "partner_id": client.id,
            "kind": "came",
            "date": company._bti_today(),
        }
    )
    past = env["bti.history"].create(
        {
            "partner_id": client.id,
            "company_id": company.id,
            "date": company._bti_today(),
            "kind": "delivery",
            "number": "BL 1",
            "pieces": 253,
        }
    )
    profile = env["bti.import.profile"].create(
        {"name": f"Clients {client.name}", "kind": "client", "company_id": company.id}
    )
    env["bti.import.value"].create(
        {"profile_id": profile.id, "field": "city", "source": "A", "target": "B"}
    )
    run = env["bti.import.run"].create(
        {
            "profile_id": profile.id,
            "filename": "clients.csv",
            "file": base64.b64encode(f"Code;Nom\n{client.id};New {client.id}\n;\n".encode()),
        }
    )
    run.action_check()
    run.action_run()
    keys = env["bti.import.key"].search([("run_id", "=", run.id)])
    runs = env["bti.client.stat.run"].search([("partner_id", "=", client.id)])
    # by themselves: a client who has a login is not walked through
    records = [phone, requirement, sector, formula, border, *stats, segment, past, profile, run]
    return [*records, *keys, *runs]
