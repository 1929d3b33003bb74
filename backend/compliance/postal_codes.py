"""In which state and zones a postal code of North America is, as far as its beginning tells."""

import re

from backend.compliance.areas import ZONES_OF_STATES

_EASTERN, _CENTRAL, _MOUNTAIN = ("America/New_York",), ("America/Chicago",), ("America/Denver",)

# The first three digits of ZIP codes, by state.
_ZIPS = """
AL 350-369  AK 995-999  AZ 850-865  AR 716-729  CA 900-961  CO 800-816  CT 060-069  DE 197-199
DC 200 202-205 569  FL 320-339 341-342 344 346-347 349  GA 300-319 398-399  HI 967-968
ID 832-838  IL 600-629  IN 460-479  IA 500-528  KS 660-679  KY 400-427  LA 700-714  ME 039-049
MD 206-219  MA 010-027 055  MI 480-499  MN 550-567  MS 386-397  MO 630-658  MT 590-599
NE 680-693  NV 889-898  NH 030-038  NJ 070-089  NM 870-884  NY 005 100-149  NC 270-289
ND 580-588  OH 430-459  OK 730-732 734-749  OR 970-979  PA 150-196  RI 028-029  SC 290-299
SD 570-577  TN 370-385  TX 733 750-799 885  UT 840-847  VT 050-054 056-059  VA 201 220-246
WA 980-994  WV 247-268  WI 530-549  WY 820-831
"""
_PROVINCES = {
    "A": "NL", "B": "NS", "C": "NS", "E": "NB", "G": "QC", "H": "QC", "J": "QC", "K": "ON",
    "L": "ON", "M": "ON", "N": "ON", "P": "ON", "R": "MB", "S": "SK", "T": "AB", "V": "BC",
    "X": "YT", "Y": "YT",
}  # fmt: skip
# Where a state has two zones and the digits tell which.
_NARROWER = {
    **dict.fromkeys(("798", "799", "885"), _MOUNTAIN),
    **dict.fromkeys(map(str, range(750, 798)), _CENTRAL),
    **dict.fromkeys(map(str, (*range(320, 324), *range(326, 350))), _EASTERN),
    "325": _CENTRAL,
    **dict.fromkeys(("374", "376", "379"), _EASTERN),
    **dict.fromkeys(("370", "371", "372", "375", "380", "381", "382", "383", "384"), _CENTRAL),
}


def _read() -> dict[str, str]:
    states: dict[str, str] = {}
    state = ""
    for part in _ZIPS.split():
        if part.isalpha():
            state = part
            continue
        first, _, last = part.partition("-")
        states |= {f"{n:03}": state for n in range(int(first), int(last or first) + 1)}
    return states


_STATES = _read()


def find(postal_code: str) -> tuple[str, str, tuple[str, ...]] | None:
    """Return country, state and zones of a postal code; None: it tells none of them."""
    code = postal_code.strip().upper()
    if re.fullmatch(r"\d{5}(-\d{4})?", code):
        state = _STATES.get(code[:3])
        if state is None:
            return None
        return "US", state, _NARROWER.get(code[:3], ZONES_OF_STATES["US"][state])
    if re.fullmatch(r"[A-Z]\d[A-Z] ?\d[A-Z]\d", code) and code[0] in _PROVINCES:
        province = _PROVINCES[code[0]]
        return "CA", province, ZONES_OF_STATES["CA"][province]
    return None
