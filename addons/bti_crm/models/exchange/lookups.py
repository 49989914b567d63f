"""Names of files that are looked up for a whole slice of lines at once."""

from collections import defaultdict

from odoo.fields import Domain

from odoo.addons.bti_messaging.gateways.sms import numbers

from ...tools import algerian_numbers
from ...tools.exchange.table_file import normalise
from ...tools.places import search_key, search_keys


class Places:
    """Wilayas and communes of Algeria by each of their spellings; odd ones by the place finder."""

    def __init__(self, env):
        self.env = env
        country = env.ref("base.dz")
        self.country_id = country.id
        self.states, self.codes = defaultdict(set), {}
        states = env["res.country.state"].search_fetch(
            [("country_id", "=", country.id)], ["search_key", "code"]
        )
        for state in states:
            self.codes[state.code.zfill(2)] = state.id
            self._add(self.states, state)
        self.cities, self.city_states = defaultdict(set), {}
        cities = env["res.city"].search_fetch(
            [("country_id", "=", country.id)], ["search_key", "state_id", "former_state_ids"]
        )
        for city in cities:
            self.city_states[city.id] = (city.state_id.id, set(city.former_state_ids.ids))
            self._add(self.cities, city)
        self.found = {}

    def _add(self, index, place):
        for key in (place.search_key or "").split("|"):
            if key.strip():
                index[key.strip()].add(place.id)

    def apply(self, item):
        """Wilaya and commune of a line into its values, or what is wrong with them."""
        state, city = item.get("state"), item.get("city")
        if not state and not city:
            return
        key = (search_key(state), search_key(city))
        if key not in self.found:
            self.found[key] = self._find(state, city)
        state_id, city_id, reason = self.found[key]
        if reason:
            item.refuse("city" if reason != "state" else "state", self._explain(reason))
            return
        item.vals["state_id"] = state_id
        if city_id:
            item.vals["city_id"] = city_id
        item.vals["country_id"] = self.country_id

    def _find(self, state, city):
        """:return: ``(wilaya id, commune id, code of what is wrong)``"""
        states = self._find_states(state) if state else set()
        if state and not states:
            return 0, 0, "state"
        if not city:
            return (states.pop(), 0, "") if len(states) == 1 else (0, 0, "states")
        cities = set().union(*(self.cities.get(key, set()) for key in search_keys(city)))
        if cities and states:
            cities = {c for c in cities if self.city_states[c][0] in states} or {
                c for c in cities if self.city_states[c][1] & states
            }
            if not cities:
                return 0, 0, "elsewhere"
        if len(cities) == 1:
            [found] = cities
            return self.city_states[found][0], found, ""
        if len(cities) > 1:
            return 0, 0, "cities"
        # part of a name, another word in it
        place, commune = self.env["res.city"]._find_place(city=city, state=state or None)
        return (place.id, commune.id, "") if commune else (0, 0, "city")

    def _find_states(self, text):
        code = self.env["res.country.state"]._read_code(text)
        if code:
            return {self.codes[code]} if code in self.codes else set()
        found = set().union(*(self.states.get(key, set()) for key in search_keys(text)))
        if found:
            return found
        domain = Domain("country_id.code", "=", "DZ")
        return set(self.env["res.country.state"]._find_by_spelling(text, domain).ids)

    def _explain(self, reason):
        env = self.env
        return {
            "state": env._("There is no such wilaya."),
            "states": env._("Several wilayas may be meant."),
            "city": env._("There is no such commune."),
            "cities": env._("This commune exists in several wilayas: the line must name one."),
            "elsewhere": env._("This commune is not in this wilaya."),
        }[reason]


class Users:
    """Reps by name, login or e-mail."""

    def __init__(self, env):
        # sudo: names of colleagues, archived ones too
        users = env["res.users"].sudo().with_context(active_test=False).search(
            [("share", "=", False), ("company_ids", "in", env.company.ids)]
        )  # fmt: skip
        self.env, self.users = env, defaultdict(set)
        for user in users:
            for text in {user.name, user.login, user.email or ""}:
                if key := normalise(text):
                    self.users[key].add((user.id, user.active))

    def apply(self, item):
        """The rep of a line into its values."""
        text = item.get("rep")
        if not text:
            return
        found = self.users.get(normalise(text), set())
        active = [user_id for user_id, is_active in found if is_active]
        if len(active) == 1:
            item.vals["user_id"] = active[0]
        elif found and not active:
            item.refuse("rep", self.env._("This person does not work here any more."))
        elif found:
            item.refuse("rep", self.env._("Several people have this name."))
        else:
            item.refuse("rep", self.env._("Nobody here has this name or login."))


class Clients:
    """Clients by code, fiscal number, phone or name, of a slice of lines.

    :param kind: kind of file whose codes are known
    """

    def __init__(self, env, run, items):
        self.env = env
        Partner = env["res.partner"]
        mine = Domain("parent_id", "=", False) & Domain(
            "company_id", "in", [False, *{item.company.id for item in items}]
        )
        codes = {item.get("client").strip() for item in items if item.get("client")}
        names = {item.get("client_name").strip() for item in items if item.get("client_name")}
        # sudo: keys are the system's; the clients are asked for with the user's rights
        keys = env["bti.import.key"].sudo()._find(
            "client",
            {code.casefold() for code in codes}
            | {f"{normalise(i.dossier.name)}:{i.get('client').strip().casefold()}"
               for i in items if i.dossier and i.get("client")},
        )  # fmt: skip
        there = set(Partner.with_context(active_test=False).search(
            [("id", "in", [res_id for res_id, _v in keys.values()])]).ids)  # fmt: skip
        self.keys = {key: res_id for key, (res_id, _values) in keys.items() if res_id in there}
        self.refs, self.names = defaultdict(set), defaultdict(set)
        if codes:
            for partner in Partner.search_fetch(mine & Domain("ref", "in", list(codes)), ["ref"]):
                self.refs[partner.ref.strip().casefold()].add(partner.id)
        if names:
            for partner in Partner.search_fetch(mine & Domain("name", "in", list(names)), ["name"]):
                self.names[normalise(partner.name)].add(partner.id)

    def find(self, item):
        """The client of a line; 0 after having said that there is none.

        :rtype: int
        """
        code, name = item.get("client").strip().casefold(), item.get("client_name").strip()
        if code:
            company = item.company.id
            if item.dossier:
                found = self.keys.get((company, f"{normalise(item.dossier.name)}:{code}"))
                if found:
                    return found
            found = {self.keys[company, code]} if (company, code) in self.keys else None
            return self._one(item, "client", found or self.refs.get(code, set()))
        if name:
            return self._one(item, "client_name", self.names.get(normalise(name), set()))
        item.refuse("client", self.env._("The client is missing."))
        return 0

    def _one(self, item, field, found):
        if len(found) == 1:
            return next(iter(found))
        item.refuse(
            field,
            self.env._("Several clients have this code or name.")
            if found
            else self.env._("No client has this code or name."),
        )
        return 0


def read_phone(env, item, names=("phone", "phone2", "mobile")):
    """Phone numbers of a line into its values: one text, which the contact reads itself.

    :return: the numbers in their international form
    :rtype: list[str]
    """
    texts, found = [], []
    region = item.company.country_id.code or "DZ"
    for name in names:
        text = item.get(name)
        if not text:
            continue
        read = numbers.read_all(text, region)
        if not read:
            item.refuse(name, env._("This is no phone number."))
            continue
        new = [number.e164 for number in read if number.e164 not in found]
        if new:
            found.extend(new)
            texts.append(text)
    if texts:
        item.vals["phone"] = " / ".join(texts)
    return found


def read_fiscal(env, item):
    """NIF, NIS, RC and AI of a line into its values; an odd one is kept and told."""
    checks = {
        "vat": (algerian_numbers.is_nif, env._("The NIF usually has 15 digits.")),
        "nis": (algerian_numbers.is_nis, env._("The NIS usually has 15 digits.")),
        "rc": (
            algerian_numbers.is_rc,
            env._("The RC usually looks like 15/00-0012345B05 or 05B0012345."),
        ),
        "ai": (algerian_numbers.is_ai, env._("The AI usually has 11 digits.")),
    }
    for name, (is_right, reason) in checks.items():
        text = item.get(name)
        if text:
            number = algerian_numbers.compact(text)
            item.vals[name] = number
            if not is_right(number):
                item.warn(name, reason)
