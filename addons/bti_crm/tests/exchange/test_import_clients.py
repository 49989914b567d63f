from odoo.tests import tagged

from .common import ImportCase

TITLES = "Code client;Raison sociale;Type;Tél;Email;NIF;Wilaya;Commune;Commercial"


@tagged("post_install", "-at_install")
class TestImportClients(ImportCase):
    """Clients of another program become clients here, each once."""

    def test_columns_are_guessed_and_clients_are_made(self):
        run = self._import(
            f"{TITLES}\n"
            "C001;SARL Bâtir Plus;Builder;0550 11 22 33;a@batir.example;000115001234567;15;"
            "Azazga;Nadia\n"
            "C002;Ali Test;Private person;٠٥٥٠١١٢٢٤٤;;;Tizi Ouzou;Freha;bti_crm_karim\n"
        )
        self.assertEqual((run.state, self._faults(run)), ("done", []))
        self.assertEqual(self._counts(run), (2, 0, 0, 0))
        sarl, ali = self._find(ref="C001"), self._find(ref="C002")
        self.assertEqual(
            (sarl.name, sarl.vat, sarl.phone_sanitized, sarl.email, sarl.city_id, sarl.state_id,
             sarl.user_id, sarl.is_company, sarl.client_kind_id.name, sarl.company_id.id),
            ("SARL Bâtir Plus", "000115001234567", "+213550112233", "a@batir.example", self.azazga,
             self.tizi_ouzou, self.nadia, True, "Builder", False),
        )  # fmt: skip
        self.assertEqual(
            (ali.phone_sanitized, ali.city_id, ali.user_id, ali.is_company),
            ("+213550112244", self.freha, self.karim, False),
        )

    def test_a_second_file_changes_only_what_changed_in_it(self):
        line = "C001;SARL Bâtir Plus;Builder;0550112233;{};;15;Azazga;Nadia\n"
        self._import(f"{TITLES}\n" + line.format("a@batir.example"))
        client = self._find(ref="C001")
        # corrected here since
        client.write({"user_id": self.karim.id, "name": "SARL Bâtir Plus et fils"})
        again = self._import(f"{TITLES}\n" + line.format("a@batir.example"))
        self.assertEqual(self._counts(again), (0, 0, 1, 0))
        third = self._import(f"{TITLES}\n" + line.format("b@batir.example"))
        self.assertEqual(self._counts(third), (0, 1, 0, 0))
        self.assertEqual(
            (client.email, client.user_id, client.name),
            ("b@batir.example", self.karim, "SARL Bâtir Plus et fils"),
        )
        self.assertEqual(len(self._find(ref="C001")), 1)

    def test_a_client_of_several_dossiers_is_one(self):
        self.profile.dossier_ids.filtered(
            lambda dossier: dossier.name == "CONTA"
        ).client_kind_id = self.env.ref("bti_crm.client_kind_builder")
        run = self._import(
            "Dossier;Code;Nom;Tél;NIF;Adresse\n"
            "CONTA;17;EURL Two Files;0550 33 00 01;000115009999991;\n"
            "SARL BTI;4;EURL TWO FILES;;000115009999991;12 rue du Port\n"
            "SARL BTI;17;Somebody Else;0550330002;;\n"
            "TEST APPRO;1;Trial;;;\n"
            "PARTICULIER;17;Amar Alone;;;\n"
        )
        self.assertEqual(self._faults(run), [])
        found = self._find(vat="000115009999991")
        self.assertEqual(
            (len(found), found.ref, found.street, found.client_kind_id.name),
            (1, "17", "12 rue du Port", "Builder"),
        )
        self.assertEqual(len(self._find(ref="17")), 3)
        self.assertEqual(self._find(name="Amar Alone").client_kind_id.name, "Private person")
        self.assertFalse(self._find(name="Trial"))
        self.assertEqual((self._counts(run), run.left_count), ((3, 1, 0, 0), 1))
        again = self._import(
            "Dossier;Code;Nom;Tél;NIF;Adresse\n"
            "SARL BTI;4;EURL TWO FILES;;000115009999991;12 rue du Port\n"
        )
        self.assertEqual(self._counts(again), (0, 0, 1, 0))

    def test_who_is_there_already_is_not_made_again(self):
        there = self.env["res.partner"].create(
            {
                "name": "Known",
                "vat": "000115001111111",
                "phone": "0550440001",
                "street": "Kept",
                "country_id": self.algeria.id,
            }
        )
        run = self._import(
            "Code;Nom;Tél;NIF;Adresse;Email\n"
            "A1;Known by number;;000115001111111;Another street;k@known.example\n"
            "A2;KNOWN;0550 44 00 01;;;\n"
            "A3;Other name;0550440001;;;\n"
            "A4;Other company;0550440001;000115002222222;;\n"
        )
        self.assertEqual(
            (there.name, there.street, there.email), ("Known", "Kept", "k@known.example")
        )
        self.assertEqual([(line, column) for line, column, _r in self._faults(run)],
                         [(4, "Phone")])  # fmt: skip
        self.assertIn("Known", self._faults(run)[0][2])
        self.assertEqual(len(self._find(vat="000115002222222")), 1)
        there.copy({"name": "Known too", "phone": "0550440009", "vat": False})
        for meaning, count in (("same", 0), ("other", 1)):
            self.profile.same_phone = meaning
            run = self._import(f"Code;Nom;Tél\nB{meaning};New {meaning};0550440009\n")
            self.assertEqual(self._counts(run)[3], 0)
            self.assertEqual(len(self._find(name=f"New {meaning}")), count)

    def test_what_is_wrong_is_told_and_the_rest_comes_in(self):
        self.env["bti.import.value"].with_user(self.samia).create(
            {
                "profile_id": self.profile.id,
                "field": "client_kind",
                "source": "GROS",
                "target": "Reseller",
            }
        )
        self.karim.active = False
        run = self._import(
            f"Liste des clients\n{TITLES}\n"
            "X1;Right;Gros;;;;;;\n"
            "X2;;;;;;;;\n"
            "X1;Twice;;;;;;;\n"
            "X4;Kind;Nobody knows;;;;;;\n"
            "X5;Phone;;12;;;;;\n"
            "X6;Mail;;;nobody;;;;\n"
            "X7;Number;;;;123;;;\n"
            "X8;Wilaya;;;;;Atlantis;;\n"
            "X9;Commune;;;;;15;Nowhere;\n"
            "X10;Elsewhere;;;;;10;Azazga;\n"
            "X11;Rep;;;;;;;Nobody\n"
            "X12;Gone;;;;;;;Karim\n"
            "X13;Many;;;;;;;;more\n"
            f"X14;{'x' * 300};;;;;;;\n"
            f"{TITLES}\n"
            "TOTAL;14;;;;;;;\n"
        )
        self.assertEqual(
            [(line, column) for line, column, _reason in self._faults(run)],
            [(4, "Name"), (5, False), (6, "Client kind"), (7, "Phone"), (8, "E-mail"), (9, "NIF"),
             (10, "Wilaya"), (11, "Commune"), (12, "Commune"), (13, "Sales rep"),
             (14, "Sales rep"), (15, False), (16, "Name")],
        )  # fmt: skip
        self.assertEqual((self._counts(run), run.left_count), ((2, 0, 0, 12), 2))
        self.assertEqual(self._find(ref="X1").client_kind_id.name, "Reseller")
        self.assertEqual(self._find(ref="X7").vat, "123")  # told, and kept
        report = run._get_fault_file().decode("utf-8-sig").splitlines()
        self.assertEqual(len(report), 13)
        self.assertIn("There is no such wilaya.", next(row for row in report if "Atlantis" in row))
        # mended, the report is a file like any other
        mended = "\n".join(report).replace("Atlantis", "Bouira")
        again = self._import(mended)
        self.assertEqual(self._find(ref="X8").state_id, self.bouira)
        # the second line of X1 is no second one any more
        self.assertEqual(self._counts(again)[3], 9)

    def test_nothing_at_all_when_that_is_wanted(self):
        run = self._new_run("Code;Nom\nN1;Right\nN2;\n", on_error="nothing")
        run.action_check()
        with self.assertRaisesRegex(Exception, "1 line is wrong"):
            run.action_run()
        self.assertFalse(self._find(ref="N1"))
