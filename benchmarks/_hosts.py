"""Two hosts of this machine: network namespaces, with a router between them that can fall silent.

A router that forwards nothing is what a host without power is like: no packet comes, and none says
that none will. Killing a process is not, as its kernel says goodbye. Needs root.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from backend.platform.embedded_postgres import accounts, cluster

HERE, AWAY = "10.77.1.1", "10.77.2.2"
_ROUTER_HERE, _ROUTER_AWAY = "10.77.1.2", "10.77.2.1"
IP = shutil.which("ip") or "/usr/sbin/ip"


def _ip(*arguments: str) -> None:
    subprocess.run([IP, *arguments], check=True)  # noqa: S603 - fixed arguments


class Hosts:
    """This host, the one that is away, and what is between them."""

    def __init__(self) -> None:
        self._router, self._away = f"ringback-mid-{os.getpid()}", f"ringback-away-{os.getpid()}"

    @property
    def away(self) -> tuple[str, ...]:
        """What runs a command on the other host."""
        return (IP, "netns", "exec", self._away)

    def vanish(self) -> None:
        self._forward(0)

    def come_back(self) -> None:
        self._forward(1)

    def _forward(self, value: int) -> None:
        command = f"echo {value} > /proc/sys/net/ipv4/ip_forward"
        _ip("netns", "exec", self._router, "sh", "-c", command)

    def make(self) -> None:
        for name in (self._router, self._away):
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        _ip("link", "add", "rb-here", "type", "veth", "peer", "rb-mid0", "netns", self._router)
        _ip(
            "-n",
            self._router,
            "link",
            "add",
            "rb-mid1",
            "type",
            "veth",
            "peer",
            "rb-away",
            "netns",
            self._away,
        )
        _ip("addr", "add", f"{HERE}/24", "dev", "rb-here")
        _ip("link", "set", "rb-here", "up")
        for name, link, address in (
            (self._router, "rb-mid0", _ROUTER_HERE),
            (self._router, "rb-mid1", _ROUTER_AWAY),
            (self._away, "rb-away", AWAY),
        ):
            _ip("-n", name, "addr", "add", f"{address}/24", "dev", link)
            _ip("-n", name, "link", "set", link, "up")
        _ip("route", "add", "10.77.2.0/24", "via", _ROUTER_HERE)
        _ip("-n", self._away, "route", "add", "default", "via", _ROUTER_AWAY)
        self.come_back()

    def unmake(self) -> None:
        for name in (self._away, self._router):
            subprocess.run([IP, "netns", "del", name], check=False)  # noqa: S603 - fixed arguments


@contextmanager
def hosts() -> Iterator[Hosts]:
    made = Hosts()
    try:
        made.make()
        yield made
    finally:
        made.unmake()


@contextmanager
def postgres(folder: Path, port: int = 5499) -> Iterator[str]:
    """Run a PostgreSQL that both hosts reach; give its DSN."""
    data = folder / "data"
    folder.mkdir()
    cluster.prepare(folder, data, durable=True)
    account = accounts.choose(data)
    (data / "pg_hba.conf").write_text("local all all trust\nhost all all 10.77.0.0/16 trust\n")
    command = cluster.server_command(data, account, durable=True)
    command += ["-c", f"listen_addresses={HERE}", "-c", f"port={port}"]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command,
        cwd=data,
        env=cluster.ENVIRONMENT,
        user=account.uid,
        group=account.gid,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"postgresql://{cluster.SUPERUSER}@{HERE}:{port}/{cluster.DATABASE}"
    finally:
        process.terminate()
        process.wait(30)


async def answers(dsn: str) -> None:
    """Wait until the database does."""
    deadline = time.monotonic() + 30
    while True:
        try:
            await (await asyncpg.connect(dsn)).close()
        except (OSError, asyncpg.PostgresError):
            if time.monotonic() > deadline:
                raise
        else:
            return
