#!/usr/bin/env bash
# A time limit around aiosmtplib's send() does not limit its time
#
# aiosmtplib 5.1.3. A task that is cancelled, as by asyncio.timeout, leaves the client's context, which says
# QUIT and waits for the answer as long as for any other. A mail server that is slow to take one mail keeps
# its sender for `timeout` more, whatever limit is put around it.
#
# Seen: a limit of 0.5 s ended after 2.5 s
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'aiosmtplib==5.1.3'
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import time
from contextlib import suppress
from email.message import EmailMessage

import aiosmtplib


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A mail server that takes its time once it has the mail."""
    with suppress(asyncio.CancelledError):
        await answer(reader, writer)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 slow.example\r\n")
    while line := await reader.readline():
        command = line.strip().upper()
        if command == b".":
            continue  # Still scanning it.
        if command == b"DATA":
            writer.write(b"354 go on\r\n")
        elif command.startswith((b"EHLO", b"MAIL", b"RCPT")):
            writer.write(b"250 fine\r\n")


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    mail = EmailMessage()
    mail["From"], mail["To"] = "a@example.com", "b@example.com"
    mail.set_content("Hello")
    began = time.monotonic()
    try:
        async with asyncio.timeout(0.5):
            port = server.sockets[0].getsockname()[1]
            await aiosmtplib.send(mail, hostname="127.0.0.1", port=port, timeout=2)
    except TimeoutError:
        pass
    took = time.monotonic() - began
    print(f"a limit of 0.5 s ended after {took:.1f} s")
    assert 2.4 < took < 10


asyncio.run(main())
PYTHON
