"""What every test gets: fixed seeds, no network, and the public data sets where they are."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("similis", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("similis")


class NetworkUsed(AssertionError):
    """A test, or the code under it, tried to reach another machine."""


def _is_here(host: object) -> bool:
    try:
        return host == "localhost" or ip_address(str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def _offline() -> Iterator[None]:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:  # a path for Unix sockets, else (host, port, ...)
        if isinstance(address, tuple) and not _is_here(address[0]):
            raise NetworkUsed(f"connecting to {address}; tests work offline")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setattr(socket.socket, "connect", only_here)
        yield


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of public data sets (SIMILIS_DATA); tests that ask for it are skipped without one."""
    folder = os.environ.get("SIMILIS_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("needs public data sets: set SIMILIS_DATA to their folder")
    return Path(folder)
