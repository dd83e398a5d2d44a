"""Chromium as the system has it, started so that nothing of it reaches beyond this machine."""

import json
import os
import re
import shutil
from ipaddress import ip_address
from pathlib import Path

MISSING = (
    "Chromium is not here: no `chromium` on the path, and CHROMIUM names none. "
    "`make test-browser` installs Debian's as root; else install it, or set CHROMIUM to a browser of that family"
)

QUIET = (
    "--proxy-server=http://127.0.0.1:9",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE [::1]",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-client-side-phishing-detection",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-quic",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
"""Flags that stop what the browser does unasked and lead all else nowhere.

What is not on this machine goes to a proxy that is not there. Names are mapped to nothing besides; that alone is
not enough, because a page whose name is not found makes Chromium ask name servers, public ones too, whether they work.
"""


def found():
    """The browser's file: what CHROMIUM names, else `chromium` on the path, else None."""
    return shutil.which(os.environ.get("CHROMIUM") or "chromium")


def flags(net_log):
    """How to start it; root has no sandbox. It writes down its whole traffic."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*QUIET, f"--log-net-log={net_log}", *(["--no-sandbox"] if root else [])]


def reached(net_log: Path):
    """Addresses beyond this machine that the browser began to connect to, or sent to, by its own record.

    Opening a datagram socket sends nothing, and Chromium does so to learn which addresses the machine has; it counts
    from the first byte sent. The record may lack its end where the browser was stopped.
    """
    kinds, events = _record(net_log)
    found, toward = set(), {}
    for each in events:
        kind, source = kinds[each["type"]], each["source"]["id"]
        address = each.get("params", {}).get("address", "")
        if kind == "UDP_CONNECT" and address:
            toward[source] = address
        elif kind == "TCP_CONNECT_ATTEMPT" and address:
            found.add(address)
        elif kind == "UDP_BYTES_SENT":
            found.add(address or toward.get(source, "unknown"))
    return sorted(each for each in found if not local(each.rpartition(":")[0].strip("[]")))


def _record(net_log):
    """The names of the kinds of events in a record, by number, and its events, one a line."""
    head, _, *lines = net_log.read_text(encoding="utf-8", errors="replace").splitlines()
    numbers = json.loads(re.search(r'"logEventTypes":(\{[^}]*\})', head)[1])
    decoder, whole = (
        json.JSONDecoder(),
        [each for each in lines if each.startswith('{"') and '"type":' in each],
    )
    events = [decoder.raw_decode(each)[0] for each in whole[:-1]] + _last(decoder, whole[-1:])
    return {number: name for name, number in numbers.items()}, events


def _last(decoder, line):
    """The last event, if it was written in full."""
    try:
        return [decoder.raw_decode(each)[0] for each in line]
    except ValueError:
        return []


def local(host):
    """Whether a host is this machine: localhost, 127.0.0.0/8 or ::1."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
