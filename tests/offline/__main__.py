"""Run a command with no network but loopback: `python tests/offline COMMAND …`.

On Linux the command gets a network namespace of its own, where nothing can leave. Where that is not
allowed (macOS, some containers) each Python process it starts refuses to connect elsewhere; set
OFFLINE_BY=refusal to choose that way.
"""

import os
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
INSIDE = "--inside"
NEW_NAMESPACE = ["unshare", "--map-root-user", "--net"]


def namespaces_work() -> bool:
    """Tell whether this user may make a network namespace and is not told to do without."""
    if os.environ.get("OFFLINE_BY") == "refusal" or not shutil.which("unshare"):
        return False
    return subprocess.run([*NEW_NAMESPACE, "true"], capture_output=True).returncode == 0


def raise_loopback() -> None:
    """Switch on `lo`, which is down in a new namespace (what `ip link set lo up` does)."""
    import fcntl

    set_flags, up = 0x8914, 0x1  # SIOCSIFFLAGS and IFF_UP of Linux
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh22x", b"lo", up))


def main(command: list[str]) -> int:
    """Run the command and return its exit status."""
    if command[:1] == [INSIDE]:
        raise_loopback()
        os.execvp(command[1], command[1:])
    if namespaces_work():
        inside = [*NEW_NAMESPACE, sys.executable, str(HERE), INSIDE, *command]
        return subprocess.run(inside).returncode
    path = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": path}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
