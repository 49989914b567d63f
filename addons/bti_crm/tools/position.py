"""A place on the map as people paste it: coordinates, or the link of a map."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

from odoo.addons.bti_messaging.tools.typed import plain_digits

# where maps write the place in the query of a link: Google, Apple, OpenStreetMap, Waze, Bing
_QUERY = ("q", "query", "ll", "sll", "destination", "daddr", "center", "cp", "sp", "coordinate")
# what Google writes behind the name of a place: its own position, better than the map's middle
_PLACE = re.compile(r"!3d(-?\d+(?:\.\d+)?)!4d(-?\d+(?:\.\d+)?)")
_MIDDLE = re.compile(r"/@(-?\d+\.\d+),(-?\d+\.\d+)")
_NUMBER = r"([-+]?\d{1,3}(?:\.\d+)?)"
_PAIR = re.compile(rf"^[(\[]?{_NUMBER}\s*°?\s*([NS])?\s*[,;/ ]\s*{_NUMBER}\s*°?\s*([EWO])?[)\]]?$")
# two numbers with decimal commas: 36,7169 4,0497
_COMMAS = re.compile(r"^([-+]?\d{1,3}),(\d{3,})\s*[,;/ ]\s*([-+]?\d{1,3}),(\d{3,})$")
_ANGLE = r"""(\d{1,3})\s*°\s*(\d{1,2})\s*['′’]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:["″”]|''))?\s*"""
_ANGLES = re.compile(rf"^{_ANGLE}([NS])[\s,;]*{_ANGLE}([EWO])$")


def read_position(text):
    """The latitude and longitude in a text, a link or the like.

    >>> read_position("36.7169, 4.0497")
    (36.7169, 4.0497)
    >>> read_position("https://maps.google.com/?q=36.7169,4.0497")
    (36.7169, 4.0497)

    Nothing is opened: a short link does not say where it leads.

    :param str text: as pasted
    :return: degrees, or None where the text says no place
    :rtype: tuple[float, float] | None
    """
    text = plain_digits(text or "").replace("٫", ".").replace("−", "-").replace("،", ",")
    text = re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text).strip()
    if text.lower().startswith("geo:"):
        return _read_pair(text[4:].split("?")[0].split(";")[0])
    if "://" in text:
        return _read_link(next(part for part in text.split() if "://" in part))
    return _read_pair(text)


def _read_link(link):
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    path, query = unquote(parts.path), parse_qs(f"{parts.query}&{parts.fragment}")
    if "mlat" in query and "mlon" in query:
        return _read_pair(f"{query['mlat'][0]},{query['mlon'][0]}")
    if found := _PLACE.search(link) or _PLACE.search(path):
        return _checked(*found.groups())
    for name in _QUERY:
        for value in query.get(name, ()):
            if position := _read_pair(value.removeprefix("loc:").replace("~", ",")):
                return position
    if "map" in query and (zoomed := query["map"][0].split("/"))[2:]:
        return _checked(*zoomed[1:3])
    if found := _MIDDLE.search(path):
        return _checked(*found.groups())
    for part in path.split("/"):
        if position := _read_pair(part.replace("+", " ").strip()):
            return position
    return None


def _read_pair(text):
    text = " ".join(text.split())
    if found := _COMMAS.match(text):
        degrees = found.groups()
        return _checked(f"{degrees[0]}.{degrees[1]}", f"{degrees[2]}.{degrees[3]}")
    if found := _PAIR.match(text.upper()):
        latitude, south, longitude, west = found.groups()
        # two whole numbers are anything but a place: a house number, a date
        if "." not in latitude + longitude and not (south and west):
            return None
        return _checked(latitude, longitude, south == "S", west in ("W", "O"))
    if found := _ANGLES.match(text.upper()):
        values = found.groups()
        return _checked(
            _degrees(*values[:3]), _degrees(*values[4:7]), values[3] == "S", values[7] in "WO"
        )
    return None


def _degrees(degrees, minutes, seconds):
    seconds = (seconds or "0").replace(",", ".")
    return float(degrees) + float(minutes) / 60 + float(seconds) / 3600


def _checked(latitude, longitude, south=False, west=False):
    try:
        latitude, longitude = float(latitude), float(longitude)
    except ValueError:
        return None
    latitude, longitude = -latitude if south else latitude, -longitude if west else longitude
    if abs(latitude) > 90 or abs(longitude) > 180 or not (latitude or longitude):
        return None
    return round(latitude, 7), round(longitude, 7)
