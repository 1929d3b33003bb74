"""A real S3 server over HTTP, with one empty bucket."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import certifi
import httpx
from moto.server import ThreadedMotoServer

from backend.platform.settings import StorageSettings

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "sandbox",
    "AWS_SECRET_ACCESS_KEY": "sandbox-secret",
    "AWS_REGION": "us-east-1",
    # Tests run without authorities, and the store's client refuses to.
    "SSL_CERT_FILE": certifi.where(),
    "SSL_CERT_DIR": "",
}


@contextmanager
def s3_bucket(name: str = "calls") -> Iterator[StorageSettings]:
    """Run the server, and give the settings that lead to its bucket."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        address = f"http://{host}:{port}"
        httpx.put(f"{address}/{name}", timeout=60).raise_for_status()
        yield StorageSettings(url=f"s3://{name}/ours", endpoint_url=address)
    finally:
        server.stop()
