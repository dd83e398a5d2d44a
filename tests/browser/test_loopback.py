"""The guard: a server on this machine goes on, and nothing is sent beyond it. No address asked for here is anybody's."""

import re
import sys
import urllib.request

import pytest

from .loopback import Try, guarded

TRIES = {
    "an address": ("s.connect(('192.0.2.1', 80))", Try("socket.connect", "192.0.2.1", True)),
    "without raising": ("s.connect_ex(('192.0.2.1', 80))", Try("socket.connect", "192.0.2.1", True)),
    "a packet": ("u.sendto(b'x', ('198.51.100.7', 53))", Try("socket.sendto", "198.51.100.7", True)),
    "a message": ("u.sendmsg([b'x'], [], 0, ('198.51.100.7', 53))", Try("socket.sendmsg", "198.51.100.7", True)),
    "version six": ("v.connect(('2001:db8::1', 80))", Try("socket.connect", "2001:db8::1", True)),
    "a name": ("socket.getaddrinfo('nobody.invalid', 80)", Try("socket.getaddrinfo", "nobody.invalid", True)),
    "an old lookup": ("socket.gethostbyname('nobody.invalid')", Try("socket.gethostbyname", "nobody.invalid", True)),
    "all addresses": ("s.bind(('0.0.0.0', 0))", Try("socket.bind", "0.0.0.0", True)),
    "any address": ("s.bind(('', 0))", Try("socket.bind", "", True)),
}  # fmt: skip

SCRIPT = """
import socket
s, u = socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
v = socket.socket(socket.AF_INET6) if socket.has_ipv6 else s
try:
    {deed}
except PermissionError as error:
    print("refused:", error)
print("bound to", *(each.getsockname()[1] for each in (s, u, v)))
"""


@pytest.mark.parametrize("name", TRIES)
def test_what_would_leave_this_machine_is_refused_before_anything_is_sent(tmp_path, name):
    """A socket gets a port of its own when it first sends or connects; one that has none has sent nothing."""
    deed, expected = TRIES[name]
    with guarded([sys.executable, "-c", SCRIPT.format(deed=deed)], tmp_path / "log") as run:
        said, _ = run.process.communicate(timeout=20)
    assert run.refused == run.tries == [expected]
    assert f"refused: {expected.event} {expected.host!r}: beyond this machine, refused" in said
    assert "bound to 0 0 0" in said


def test_a_server_on_this_machine_serves_and_is_told_of(tmp_path):
    (tmp_path / "page.html").write_text("<p>here</p>")
    command = [sys.executable, "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with guarded(command, tmp_path / "log", cwd=tmp_path) as run:
        port = re.search(r"port (\d+)", run.process.stdout.readline())[1]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/page.html", timeout=10) as answer:
            assert answer.read() == b"<p>here</p>"
    assert run.refused == []
    assert Try("socket.bind", "127.0.0.1", False) in run.tries


def test_a_server_on_all_addresses_does_not_come_up(tmp_path):
    command = [sys.executable, "-m", "http.server", "0", "--bind", "0.0.0.0"]
    with guarded(command, tmp_path / "log", cwd=tmp_path) as run:
        said, _ = run.process.communicate(timeout=20)
    assert run.process.returncode != 0
    assert "PermissionError" in said
    assert {each.host for each in run.refused} == {"0.0.0.0"}


def test_the_guard_holds_in_what_the_command_starts(tmp_path):
    inner = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    script = f"import subprocess, sys; print(subprocess.run([sys.executable, '-c', {inner!r}]).returncode)"
    with guarded([sys.executable, "-c", script], tmp_path / "log") as run:
        said, _ = run.process.communicate(timeout=20)
    assert said.strip().endswith("1")
    assert [each.host for each in run.refused] == ["192.0.2.1"]


def test_a_guard_that_is_not_there_is_noticed(tmp_path):
    with guarded([sys.executable, "-I", "-c", "pass"], tmp_path / "log") as run:
        run.process.communicate(timeout=20)
    with pytest.raises(AssertionError, match="the guard was not there"):
        _ = run.tries
