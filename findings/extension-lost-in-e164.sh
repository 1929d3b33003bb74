#!/usr/bin/env bash
# A phone number's extension vanishes when it is written as E.164
#
# phonenumbers 9.0.43. A number that was said with its extension parses whole, is valid, and loses the
# extension in PhoneNumberFormat.E164 without a sign. RFC3966 keeps it. Whoever stores E.164 calls the
# switchboard.
#
# Seen: E164 +12127365000, RFC3966 tel:+1-212-736-5000;ext=123
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'phonenumbers==9.0.43'
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import phonenumbers
from phonenumbers import PhoneNumberFormat, format_number

said = phonenumbers.parse("212 736 5000 extension 123", "US")
assert phonenumbers.is_valid_number(said) and said.extension == "123"
as_e164 = format_number(said, PhoneNumberFormat.E164)
as_rfc3966 = format_number(said, PhoneNumberFormat.RFC3966)
print(f"E164 {as_e164}, RFC3966 {as_rfc3966}")
assert as_e164 == "+12127365000"
assert as_rfc3966 == "tel:+1-212-736-5000;ext=123"
PYTHON
