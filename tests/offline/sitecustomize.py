"""Python reads this at its start when its folder is on PYTHONPATH: only loopback is reached."""

import errno
import ipaddress
import socket
from typing import Any


def is_near(address: Any) -> bool:
    """Tell whether an address is on this machine: loopback, or a socket in the file system."""
    if not isinstance(address, tuple):
        return True
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return address[0] == "localhost"


class NearSocket(socket.socket):
    """A socket that refuses every host but this one, as if no network were there."""

    def connect(self, address: Any) -> None:
        """Connect, or raise the error of an unreachable network."""
        if not is_near(address):
            raise OSError(errno.ENETUNREACH, f"no network but loopback in this test: {address}")
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        """Connect, or return the error number of an unreachable network."""
        return super().connect_ex(address) if is_near(address) else errno.ENETUNREACH


socket.socket = NearSocket
