"""Who writes on WhatsApp: a number, a business-scoped user id (BSUID), or both.

Protocol, sections 0 and 2: a BSUID may stand where a number is expected and the other way
round, each may be missing, and the profile with the name too.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from ..content import Address, AddressKind
from ..values import as_dict, as_objects, read_id, read_name

BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
# Digits of a number with its country prefix, written with a plus sign or without.
NUMBER = re.compile(r"\+?([1-9][0-9]{5,17})")


@dataclass(frozen=True)
class Person:
    """One person as one notification names him, the surest address first."""

    addresses: tuple[Address, ...] = ()
    name: str = ""
    username: str = ""


def read_address(value, scope):
    """:param value: a number or BSUID, whatever the field's name promises
    :param str scope: the portfolio within which a BSUID names a person
    :return: None when it is no address
    :rtype: Address | None
    """
    text = read_id(value)
    if BSUID.fullmatch(text):
        return Address(AddressKind.BSUID, text, scope)
    number = NUMBER.fullmatch(text)
    return Address(AddressKind.WHATSAPP, number[1]) if number else None


def read_addresses(values, scope):
    """:param values: numbers and BSUIDs in any order
    :return: each once: own BSUIDs, those of linked portfolios, numbers
    :rtype: tuple[Address, ...]
    """
    found = dict.fromkeys(filter(None, (read_address(value, scope) for value in values)))
    return tuple(sorted(found, key=_rank))


def _rank(address):
    if address.kind is AddressKind.WHATSAPP:
        return 2
    return 1 if ".ENT." in address.value else 0


@dataclass(frozen=True)
class People:
    """The ``contacts`` of one notification.

    :param str scope: see ``read_address``
    :param list contacts: as they came
    """

    scope: str
    contacts: list = field(default_factory=list)

    @classmethod
    def build(cls, value, scope):
        """:param dict value: of a change
        :rtype: People
        """
        return cls(scope, as_objects(value.get("contacts")))

    def find(self, *values):
        """:param values: all that the message itself says of the person, the surest first
        :return: the same with what his contact adds
        :rtype: Person
        """
        own = read_addresses(values, self.scope)
        contact, addresses = self._get_contact(own)
        profile = as_dict(contact.get("profile"))
        return Person(
            addresses=tuple(sorted(dict.fromkeys((*own, *addresses)), key=_rank)),
            name=read_name(profile.get("name")),
            username=read_name(profile.get("username") or contact.get("username")),
        )

    @cached_property
    def _known(self):
        """:return: [(contact, its addresses)], and {address: the first of these that has it}"""
        names = ("user_id", "parent_user_id", "wa_id")
        known = [
            (contact, read_addresses([contact.get(name) for name in names], self.scope))
            for contact in self.contacts
        ]
        index = {}
        for one in known:
            for address in one[1]:
                index.setdefault(address, one)
        return known, index

    def _get_contact(self, own):
        """The contact that shares an address with the message; one that stands alone, unless it
        has another address of the same kind."""
        known, index = self._known
        for address in own:
            if address in index:
                return index[address]
        if len(known) == 1 and not {_rank(one) for one in own} & {
            _rank(one) for one in known[0][1]
        }:
            return known[0]
        return {}, ()
