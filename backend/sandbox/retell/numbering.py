"""Phone numbers as Retell wants them written."""

import re

_E164 = re.compile(r"\+[1-9]\d{6,14}")


def is_e164(number: str) -> bool:
    return _E164.fullmatch(number) is not None
