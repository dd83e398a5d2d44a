"""Refuses and writes down whatever Python would send beyond this machine; read at the start of the interpreter.

An audit hook is asked before the system call, so that what it refuses never leaves. Lines of JSON go to the file
that WEDGE_GUARD names: one that the guard is there, then one for every address asked for.
"""

import json
import os
import sys
from ipaddress import ip_address

EVENTS = {
    "socket.connect": 1,
    "socket.bind": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.getnameinfo": 0,
}
"""Audit events, and which of their arguments is the address or the host."""


def host_of(event, args):
    """The host that an event is about, or None where it is about none."""
    address = args[EVENTS[event]]
    if EVENTS[event] and getattr(args[0], "family", None) not in (2, 10):
        return None
    host = address[0] if isinstance(address, tuple) else address
    return host.decode("ascii", "replace") if isinstance(host, bytes) else host


def loopback(host):
    """Whether a host is this machine; the empty host and 0.0.0.0 are every address it has."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def told(**line):
    """Add a line to the file at once, whole, whoever else writes."""
    file = os.open(os.environ["WEDGE_GUARD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(file, (json.dumps(line) + "\n").encode())
    os.close(file)


def hook(event, args):
    """Let what is on this machine pass; raise PermissionError for the rest."""
    if event not in EVENTS:
        return
    host = host_of(event, args)
    if host is None:
        return
    passes = loopback(host)
    told(event=event, host=host, refused=not passes)
    if not passes:
        raise PermissionError(f"{event} {host!r}: beyond this machine, refused")


if os.environ.get("WEDGE_GUARD"):
    told(event="guard", host="", refused=False)
    sys.addaudithook(hook)
