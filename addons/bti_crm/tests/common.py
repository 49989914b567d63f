from odoo.tests import TransactionCase, new_test_user


class BtiCrmCommon(TransactionCase):
    """People and clients of the sales office.

    ::

        company BTI      nadia, karim (sales reps)   samia (sales manager)   adel (administrator)
        company IAGM     idir (sales rep)            samia
        nobody's         fatma (an employee without any sales right)
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env = cls.env(
            context={
                **cls.env.context,
                "lang": "en_US",
                "tracking_disable": True,
                "mail_create_nosubscribe": True,
                "no_reset_password": True,
            }
        )
        cls.algeria = cls.env.ref("base.dz")
        cls.bti, cls.iagm = cls.env["res.company"].create(
            [
                {"name": "BTI (tests)", "country_id": cls.algeria.id},
                {"name": "IAGM (tests)", "country_id": cls.algeria.id},
            ]
        )
        rep, manager, admin = (
            f"bti_crm.{name}" for name in ("group_rep", "group_sales_manager", "group_admin")
        )
        cls.nadia = cls._new_user("nadia", rep, cls.bti)
        cls.karim = cls._new_user("karim", rep, cls.bti)
        cls.idir = cls._new_user("idir", rep, cls.iagm)
        cls.samia = cls._new_user("samia", manager, cls.bti | cls.iagm)
        cls.adel = cls._new_user("adel", admin, cls.bti)
        cls.fatma = cls._new_user("fatma", "base.group_user", cls.bti)

        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.bti.ids})
        cls.b8, cls.b12, cls.monobloc = cls.env["product.product"].create(
            [
                {"name": "Brick with 8 holes", "default_code": "T-B8"},
                {"name": "Brick with 12 holes", "default_code": "T-B12"},
                {"name": "Monobloc (tests)", "sale_ok": False},
            ]
        )
        cls.tizi_ouzou = cls.env.ref("bti_crm.state_dz_15")
        cls.bouira = cls.env.ref("bti_crm.state_dz_10")
        cls.azazga = cls.env.ref("bti_crm.city_dz_1518")
        cls.freha = cls.env.ref("bti_crm.city_dz_1504")
        cls.bouira_city = cls.env.ref("bti_crm.city_dz_1001")
        cls.client = cls.env["res.partner"].create(
            {
                "name": "Test Contractor",
                "is_company": True,
                "country_id": cls.algeria.id,
                "phone": "+213 550 00 09 01",
            }
        )

    @classmethod
    def _new_user(cls, login, groups, companies):
        return new_test_user(
            cls.env,
            login=f"bti_crm_{login}",
            name=login.capitalize(),
            groups=groups,
            email=f"{login}@bti.example.com",
            company_id=companies[0].id,
            company_ids=[(6, 0, companies.ids)],
        )

    @classmethod
    def _new_lead(cls, user=None, company=None, **values):
        user = cls.nadia if user is None else user
        company = cls.bti if company is None else company
        return (
            cls.env["crm.lead"]
            .with_company(company)
            .create(
                {
                    "name": "Test enquiry",
                    "type": "opportunity",
                    "user_id": user.id,
                    "company_id": company.id,
                    "team_id": False,
                    **values,
                }
            )
        )

    @classmethod
    def _new_need(cls, lead, pieces=253, **values):
        if not {"product_id", "description"} & set(values):
            values["product_id"] = cls.b8.id
        return cls.env["bti.need"].create({"lead_id": lead.id, "pieces": pieces, **values})
