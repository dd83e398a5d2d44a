"""What the browser's record of its own traffic is read for; the records here are written by hand."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from . import chromium

ROOT = Path(__file__).parent.parent.parent
KINDS = {"TCP_CONNECT_ATTEMPT": 5, "UDP_CONNECT": 6, "UDP_BYTES_SENT": 7, "SOCKET_ALIVE": 8}


def record(tmp_path, *events, cut=0):
    lines = [
        json.dumps({"type": KINDS[kind], "source": {"id": source}, "params": params})
        for kind, source, params in events
    ]
    head = json.dumps({"constants": {"logEventTypes": KINDS}}, separators=(",", ":"))[:-1] + ","
    text = "\n".join([head, '"events": [', ",\n".join(lines)])
    file = tmp_path / "net.json"
    file.write_text(text[:-cut] if cut else text + "]}")
    return file


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([("TCP_CONNECT_ATTEMPT", 1, {"address": "127.0.0.1:80"})], []),
        ([("TCP_CONNECT_ATTEMPT", 1, {"address": "[::1]:80"})], []),
        ([("TCP_CONNECT_ATTEMPT", 1, {"address": "192.0.2.1:80"})], ["192.0.2.1:80"]),
        ([("TCP_CONNECT_ATTEMPT", 1, {"address": "[2001:db8::1]:80"})], ["[2001:db8::1]:80"]),
        ([("UDP_CONNECT", 1, {"address": "192.0.2.1:53"}), ("UDP_CONNECT", 1, {})], []),
        ([("UDP_CONNECT", 1, {"address": "192.0.2.1:53"}), ("UDP_BYTES_SENT", 1, {"byte_count": 28})], ["192.0.2.1:53"]),
        ([("UDP_CONNECT", 1, {"address": "192.0.2.1:53"}), ("UDP_BYTES_SENT", 2, {"byte_count": 28})], ["unknown"]),
        ([("UDP_BYTES_SENT", 3, {"address": "127.0.0.1:9"})], []),
    ],
    ids=["here", "here by six", "there", "there by six", "only opened", "a name asked for", "unknown", "sent here"],
)  # fmt: skip
def test_the_record_tells_of_connections_and_of_datagrams_sent_but_not_of_sockets_opened(
    tmp_path, events, told
):
    padded = [("SOCKET_ALIVE", 9, {}), *events, ("SOCKET_ALIVE", 9, {})]
    assert chromium.reached(record(tmp_path, *padded)) == told


def test_a_record_that_lacks_its_end_is_read_as_far_as_it_goes(tmp_path):
    events = [("TCP_CONNECT_ATTEMPT", 1, {"address": "192.0.2.1:80"}), ("SOCKET_ALIVE", 1, {})]
    assert chromium.reached(record(tmp_path, *events, cut=4)) == ["192.0.2.1:80"]


@pytest.mark.parametrize(
    ("host", "here"),
    [("localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("", False),
     ("0.0.0.0", False), ("localhost.example", False), ("192.0.2.1", False), ("127.0.0.1.example", False)],
)  # fmt: skip
def test_only_the_loopback_addresses_and_localhost_are_this_machine(host, here):
    assert chromium.local(host) == here


def test_the_browser_is_the_one_that_is_named_else_the_one_on_the_path(tmp_path, monkeypatch):
    mine = tmp_path / "mine"
    mine.write_text("#!/bin/sh\n")
    mine.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(mine))
    assert chromium.found() == str(mine)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    assert chromium.found() is None
    monkeypatch.delenv("CHROMIUM")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.found() is None
    mine.rename(tmp_path / "chromium")
    assert chromium.found() == str(tmp_path / "chromium")


@pytest.mark.parametrize(("ci", "end"), [("", "skipped"), ("true", "error")])
def test_without_a_browser_its_tests_are_skipped_with_the_reason_but_fail_where_it_must_be(tmp_path, ci, end):
    test = "tests/browser/test_report.py::test_the_first_stop_skips_to_the_answer"
    environment = {**os.environ, "CHROMIUM": str(tmp_path / "none"), "CI": ci}
    command = [sys.executable, "-m", "pytest", "-rsE", "-p", "no:cacheprovider", test]
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (made.returncode != 0) == (ci == "true")
    assert f"2 {end}" in made.stdout
    assert "no `chromium` on the path, and CHROMIUM names none" in made.stdout
