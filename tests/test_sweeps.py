"""A sweep's numbers depend on its experiment alone, and no disaster costs more than the blocks at work."""

import errno
import json
import os
import queue
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from sim.cli import main
from sim.ensemble import run_arms
from sim.errors import WedgeError
from sim.executors import Crew, Serial, crew
from sim.experiment import load
from sim.luck import BLOCK, ChosenLuck, DealtLuck
from sim.plugins import LOADED
from sim.scenario import load as load_scenario
from sim.sweeping import Shard, merge, study_of, sweep
from sim.sweeping import blocks as blocks_
from sim.sweeping import saved as saved_
from sim.sweeping.parts import gaps, sound_parts, write_part
from tests.test_scenario_files import TINY

sweep_ = sys.modules["sim.sweeping.sweep"]
"""The module, which its own function hides."""

EXPERIMENT = """\
format: 1
title: Small
question: Does wooing bind?
scenario: tiny.yaml
seed: 3
design: {kind: sobol, points: 8}
replications: 3
uncertainties:
  parameters.isolation.weight: {uniform: [0.1, 1.0]}
  parameters.threat.weight: plausible
levers:
  wooing:
    settings: {much: {}, none: {policies: {boreas: {ceres: null}}}}
outcomes: [bond, clash]
"""
SIZE = 24
"""Runs of the experiment in each option: points by replications."""

ALONE = Crew(Serial(), 1)
APART = {"provenance.json", ".lock"}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder with the tiny scenario and a small experiment in it."""
    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text(TINY)
    Path("e.yaml").write_text(EXPERIMENT)
    return tmp_path


@pytest.fixture
def whole(folder):
    """The files of a sweep that nothing disturbed."""
    return files(swept(out=Path("undisturbed")).folder)


def swept(where="e.yaml", sets=(), **how):
    how.setdefault("with_crew", ALONE)
    return sweep(load(where, sets), **how)


def files(place):
    """Every file below a folder, but what may differ between equal sweeps."""
    found = {each.relative_to(place): each for each in sorted(place.rglob("*")) if each.is_file()}
    return {str(name): each.read_bytes() for name, each in found.items() if each.name not in APART}


def stopping_after(runs):
    """A report that presses Ctrl-C once so many runs are finished."""
    done = [0]

    def report(count):
        done[0] += count
        if done[0] >= runs:
            raise KeyboardInterrupt

    return report


def stopped(runs=12, chunk=4, **how):
    """A sweep that was stopped on the way; its parts."""
    with pytest.raises(KeyboardInterrupt):
        swept(chunk=chunk, report=stopping_after(runs), **how)
    (place,) = how.get("out", Path("results")).iterdir()
    return sorted((place / "parts").iterdir())


def edited(*pairs, to="e.yaml"):
    """The experiment with some text replaced."""
    text = EXPERIMENT
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    Path(to).write_text(text)


class Child:
    """The command `wedge` in a process of its own, made by forking, so that nothing is imported again."""

    def __init__(self, *words, before=lambda: None):
        pipes = [os.pipe(), os.pipe()]
        sys.stdout.flush()
        self.pid = os.fork()
        if not self.pid:
            self.run(words, before, pipes)
        for _, end in pipes:
            os.close(end)
        self.pipes = [end for end, _ in pipes]

    def run(self, words, before, pipes):
        code = 70
        try:
            os.setsid()
            for number, (_, end) in enumerate(pipes, 1):
                os.dup2(end, number)
            sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
            before()
            main(list(words))
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def ended(self):
        """Exit code, or minus the signal; and what was said on stderr. Nothing of it may stay."""
        _, status = os.waitpid(self.pid, 0)
        eventually(self.is_gone, 10)
        self.out, err = (Path(f"/proc/self/fd/{end}").read_text() for end in self.pipes)
        for end in self.pipes:
            os.close(end)
        return os.waitstatus_to_exitcode(status), err

    def is_gone(self):
        """Whether no process of its group is left."""
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return True
        return False


def at_fsync(number, deed):
    """Something to do before the command: a deed at the so-manieth time that something is put on disk."""

    def before():
        true, seen = os.fsync, [0]

        def fsync(handle):
            true(handle)
            seen[0] += 1
            if seen[0] == number:
                deed()

        os.fsync = fsync

    return before


def full_beyond(size, *, killing=False):
    """A disk that takes files of at most so many bytes; `killing` ends a process that writes more."""

    def deed():
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL if killing else signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    return deed


WORDS = ("sweep", "e.yaml", "--workers", "1", "--chunk", "4")


# --- the same numbers everywhere --------------------------------------------------------------------


@contextmanager
def backwards():
    """An executor that begins with what came last."""
    with ThreadPoolExecutor(1) as pool:
        pool._work_queue = queue.LifoQueue()
        yield Crew(pool, 4)


@pytest.mark.parametrize("chunk", [1, 5, 1000])
def test_the_size_of_blocks_bears_on_nothing(whole, chunk):
    assert files(swept(chunk=chunk).folder) == whole


def test_the_order_in_which_blocks_finish_bears_on_nothing(whole):
    with backwards() as them:
        assert files(swept(chunk=2, with_crew=them).folder) == whole


def test_threads_that_compute_at_once_do_not_disturb_each_other(whole):
    with ThreadPoolExecutor(4) as pool:
        assert files(swept(chunk=2, with_crew=Crew(pool, 4)).folder) == whole


def test_two_processes_give_the_same(whole):
    assert files(swept(chunk=3, workers=2, with_crew=None).folder) == whole


def test_three_shards_merged_give_the_same(whole):
    shards = [swept(shard=Shard(k, 3), chunk=5).folder for k in (1, 2, 3)]
    before = [files(each) for each in shards]
    assert files(merge(shards)) == whole
    assert [files(each) for each in shards] == before


@contextmanager
def dask_cluster():
    """A scheduler and two workers of two threads each, as processes of their own."""
    started = []

    def start(name, *words):
        command = [sys.executable, "-m", f"distributed.cli.dask_{name}", *words, "--no-dashboard"]
        started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", "scheduler.json")
    try:
        address = eventually(lambda: json.loads(Path("scheduler.json").read_text())["address"])
        for _ in range(2):
            start("worker", address, "--nthreads", "2", "--no-nanny", "--host", "127.0.0.1")
        yield address, started
    finally:
        for each in started:
            each.kill()
            each.wait()


def eventually(ask, seconds=30.0):
    """What a question gives as soon as it gives something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if found := ask():
                return found
        except (OSError, ValueError, KeyError, WedgeError):
            pass
        time.sleep(0.05)
    raise AssertionError("it never came")


def workers_are_there(address):
    with crew(dask=address) as found:
        return found.width >= 4


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_and_may_lose_its_workers(whole):
    with dask_cluster() as (address, (scheduler, *workers)):
        eventually(lambda: workers_are_there(address))
        assert files(swept(dask=address, chunk=2, with_crew=None).folder) == whole
        edited(("seed: 3", "seed: 4"), to="other.yaml")
        command = [
            Path(sys.executable).parent / "wedge",
            "sweep",
            "other.yaml",
            "--dask",
            address,
            "--chunk",
            "2",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        (place,) = Path("results").glob("other-*")
        assert (
            files(place)["outcomes.nc"] == files(swept("other.yaml", out=Path("alone")).folder)["outcomes.nc"]
        )

        def lose(count):
            for each in (*workers, scheduler) if count else ():
                each.kill()

        with pytest.raises(
            WedgeError, match=r"a worker was lost .*; what is finished is kept, and the same command"
        ):
            swept(dask=address, chunk=1, with_crew=None, fresh=True, report=lose)
    assert files(swept(fresh=True).folder) == whole
    with pytest.raises(WedgeError, match=r"--dask .*: no scheduler answers there"):
        swept(dask=address, with_crew=None, out=Path("nowhere"))


def test_a_worker_with_other_versions_is_refused():
    task = sweep_.task_of(load("e.yaml"))
    strange = replace(task, versions=(*task.versions[:1], ("numpy", "1.0")))
    with pytest.raises(
        WedgeError, match=r"a worker has numpy .* instead of 1.0; install the same everywhere"
    ):
        blocks_.computed(strange, next(sweep_._blocks(load("e.yaml"), sweep_.WHOLE, [], 4)))


# --- what a run is ----------------------------------------------------------------------------------


def alone(sets, runs):
    """The outcomes of a scenario run by itself, by column."""
    arms, _ = run_arms({"scenario": load_scenario("tiny.yaml", ["seed=3", *sets])}, runs)
    return arms["scenario"].columns()


def same(study, option, columns, runs):
    for name in study.columns:
        np.testing.assert_array_equal(study.values(name, option)[: len(runs)], columns[name][runs])


def test_a_monte_carlo_sweep_is_the_ensemble_of_its_scenario_run_for_run():
    edited(
        ("{kind: sobol, points: 8}", "{kind: monte_carlo, points: 250}"),
        ("replications: 3", "others: in_design"),
    )
    study = swept(chunk=70).study
    assert [each.path for each in study.inputs] == ["parameters.isolation.weight", "parameters.threat.weight"]
    sets = ["uncertainties.parameters.isolation.weight={uniform: [0.1, 1.0]}",
            "uncertainties.parameters.threat.weight=plausible"]  # fmt: skip
    columns = alone(sets, 250)
    same(study, "much", columns, np.arange(250)[:, None])
    np.testing.assert_array_equal(
        study.input("parameters.threat.weight"), columns["parameters.threat.weight"]
    )
    same(study, "none", alone([*sets, "policies.boreas.ceres="], 250), np.arange(250)[:, None])


@pytest.mark.parametrize(
    "kind", ["sobol, points: 8", "one_at_a_time, levels: 3", "latin_hypercube, points: 5"]
)
def test_replication_r_has_the_luck_of_run_r_at_every_point(kind):
    edited(("sobol, points: 8", kind))
    study = swept(chunk=4).study
    for k, point in enumerate(study.points):
        sets = [f"{path}={value!r}" for path, value in zip(study.names, point.tolist(), strict=True)]
        for name, values in alone(sets, 3).items():
            if name in study.columns:
                np.testing.assert_array_equal(study.values(name, "much")[k], values)


def test_the_other_uncertainties_are_drawn_as_the_scenario_draws_them():
    edited(("  parameters.isolation.weight: {uniform: [0.1, 1.0]}\n", ""))
    study = swept(chunk=5).study
    for k, value in enumerate(study.input("parameters.threat.weight").tolist()):
        columns = alone([f"parameters.threat.weight={value!r}"], 3)
        assert len(set(columns["parameters.isolation.weight"])) == 3
        np.testing.assert_array_equal(study.values("bond", "much")[k], columns["bond"])


def test_luck_of_its_own_is_the_luck_of_the_run_of_that_number():
    edited(("replications: 3", "replications: 3\nluck: own"))
    study = swept(chunk=7).study
    for k, point in enumerate(study.points):
        sets = [f"{path}={value!r}" for path, value in zip(study.names, point.tolist(), strict=True)]
        np.testing.assert_array_equal(
            study.values("bond", "much")[k], alone(sets, SIZE)["bond"][3 * k : 3 * k + 3]
        )


def test_a_numeric_lever_is_an_override_of_that_value():
    edited(("settings: {much: {}, none: {policies: {boreas: {ceres: null}}}}",
            "{path: parameters.norms.weight, values: [0, 0.25, 1]}"),
           ("  wooing:\n    ", "  wooing: "), ("{kind: sobol, points: 8}", "{kind: monte_carlo, points: 20}"),
           ("replications: 3", "others: drawn"))  # fmt: skip
    study = swept().study
    assert [each.name for each in study.options] == ["0", "0.25", "1"]
    sets = ["uncertainties.parameters.isolation.weight={uniform: [0.1, 1.0]}",
            "uncertainties.parameters.threat.weight=plausible"]  # fmt: skip
    for name in ("0", "0.25", "1"):
        same(study, name, alone([*sets, f"parameters.norms.weight={name}"], 20), np.arange(20)[:, None])


def test_an_uncertainty_added_to_one_option_does_not_draw_the_others_again():
    design = ("{kind: sobol, points: 8}", "{kind: monte_carlo, points: 30}")
    edited(design)
    before = swept().study
    edited(design, ("much: {}", "much: {uncertainties: {parameters.norms.weight: plausible}}"))
    after = swept().study
    assert after.names == [*before.names, "parameters.norms.weight"]
    np.testing.assert_array_equal(after.points[:, :2], before.points)
    np.testing.assert_array_equal(after.values("bond", "none"), before.values("bond", "none"))
    assert (after.values("bond", "much") != before.values("bond", "much")).any()


def test_rows_that_differ_only_in_an_idle_input_are_exactly_equal():
    edited(("{kind: sobol, points: 8}", "{kind: one_at_a_time, levels: 4}"),
           ("  parameters.threat.weight: plausible", "  parameters.territory.settlement_base: plausible"),
           ("seed: 3", "changes: {parameters: {territory: {weight: 0}}}"))  # fmt: skip
    study = swept().study
    for option in ("much", "none"):
        values = study.values("bond", option)
        moved, idle = values[1:5], values[5:9]
        assert (idle == values[0]).all()
        assert (moved != values[0]).any()


def test_luck_can_be_chosen_in_any_order_and_from_far_apart():
    numbers = np.array([7, 7, 123_456_789, 3, 199, 200, 123_456_700])
    for step in (0, 3, 1):
        found = ChosenLuck(5, numbers, 4).normal("s", [("a",), None, ("b",)], step)
        for k, number in enumerate(numbers.tolist()):
            lone = DealtLuck(5, number, 1, 4).normal("s", [("a",), None, ("b",)], step)
            np.testing.assert_array_equal(found[:, :, k : k + 1], lone)
    assert sum(each.runs for each in ChosenLuck(5, numbers, 4)._dealt) == 4 * BLOCK


# --- killed, and gone on ----------------------------------------------------------------------------


def test_what_is_finished_is_not_done_again(whole, monkeypatch):
    stopped()
    computed, done = blocks_.computed, []
    monkeypatch.setattr(
        sweep_, "computed", lambda task, block: done.append(block.runs) or computed(task, block)
    )
    again = swept(chunk=5)
    assert (again.before, again.now, sum(done)) == (12, 12, 12)
    assert files(again.folder) == whole


def test_finished_parts_are_left_alone():
    parts = stopped(runs=6, chunk=3, shard=Shard(1, 2))
    before = {each: each.stat().st_mtime_ns for each in parts}
    again = swept(shard=Shard(1, 2), chunk=2)
    assert (again.before, again.now, again.wanted) == (6, 6, 12)
    assert {each: each.stat().st_mtime_ns for each in parts} == before


def killed_at_random(dice):
    """A sweep killed at a moment after it began to compute; whether it was killed at all."""
    shutil.rmtree("results", ignore_errors=True)
    child = Child("sweep", "e.yaml", "--workers", "1", "--chunk", "1")
    eventually(lambda: list(Path("results").glob("*/parts")), 30)
    time.sleep(dice.random() * 0.4)
    os.kill(child.pid, signal.SIGKILL)
    return child.ended()[0] == -signal.SIGKILL


@pytest.mark.parametrize("kills", [5, pytest.param(20, marks=pytest.mark.slow)])
def test_a_sweep_killed_at_any_moment_goes_on_to_the_same_end(whole, kills):
    dice, killed = random.Random(kills), 0
    for _ in range(kills):
        killed += killed_at_random(dice)
        assert files(swept(chunk=3).folder) == whole
    assert killed >= kills // 2


def test_a_sweep_that_ends_at_any_write_goes_on_to_the_same_end(whole):
    """Before and after a renaming: of the manifest, of some of six parts, of the outcomes, of provenance."""
    for number in (1, 2, 3, 4, 9, 14, 15, 16, 17, 18):
        shutil.rmtree("results", ignore_errors=True)
        code, _ = Child(*WORDS, before=at_fsync(number, lambda: os._exit(9))).ended()
        assert code == 9, number
        (place,) = Path("results").iterdir()
        finished = [each.last - each.first for each in sound_parts(place / "parts")[0]]
        again = swept(chunk=4)
        assert again.before in (sum(finished), SIZE)
        assert again.now == SIZE - again.before
        assert files(again.folder) == whole


@pytest.mark.parametrize(("number", "size"), [(1, 10), (2, 100), (7, 333), (14, 500), (14, 3000)])
def test_a_sweep_killed_inside_a_write_goes_on_to_the_same_end(whole, number, size):
    """The system ends it in the middle of a file: the first part, a later one, the joined outcomes."""
    code, _ = Child(*WORDS, before=at_fsync(number, full_beyond(size, killing=True))).ended()
    assert code == -signal.SIGXFSZ
    assert list(Path("results").rglob(".*.part"))
    assert files(swept(chunk=4).folder) == whole


LONG = (("points: 8", "points: 1024"),)
BOTH = ("sweep", "e.yaml", "--workers", "2", "--chunk", "8")


def some_parts():
    return list(Path("results").glob("*/parts/*.npy"))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_worker_outlives_a_sweep_and_what_is_finished_stays(number):
    edited(*LONG)
    child = Child(*BOTH)
    eventually(some_parts)
    send = os.kill if number == signal.SIGKILL else os.killpg
    send(child.pid, number)
    code, said = child.ended()
    assert code == (-number if number == signal.SIGKILL else 130)
    assert some_parts()
    if number == signal.SIGINT:
        (line,) = said.strip().splitlines()
        assert line.startswith("wedge: stopped; ")
        assert line.endswith(
            f" of 3,072 runs of each option are kept in {some_parts()[0].parent.parent}, and the same command goes on"
        )
    kept = {each: each.stat().st_mtime_ns for each in some_parts()}
    with pytest.raises(KeyboardInterrupt):
        swept(chunk=8, report=stopping_after(8 * len(kept) + 16))
    assert kept.items() <= {each: each.stat().st_mtime_ns for each in some_parts()}.items()


def test_ctrl_c_while_workers_start_leaves_no_trace_of_them():
    edited(*LONG)
    child = Child(*BOTH)
    eventually(lambda: list(Path("results").glob("*/parts")))
    time.sleep(0.2)
    os.killpg(child.pid, signal.SIGINT)
    code, said = child.ended()
    assert code == 130
    assert said.strip().startswith("wedge: stopped; ")
    assert len(said.strip().splitlines()) == 1


def test_a_lost_worker_is_told_and_the_same_call_goes_on(whole):
    with crew(2) as them:

        def lose(_):
            os.kill(next(iter(them.executor._processes)), signal.SIGKILL)

        with pytest.raises(WedgeError) as caught:
            swept(chunk=1, with_crew=them, report=lambda count: lose(count) if count else None)
    assert str(caught.value).startswith("a worker was lost (BrokenProcessPool: ")
    assert str(caught.value).endswith("; what is finished is kept, and the same command goes on")
    assert files(swept(chunk=3).folder) == whole


# --- a full disk, damage, strangers -----------------------------------------------------------------


@pytest.mark.parametrize(("number", "size"), [(1, 10), (2, 100), (9, 200), (14, 0), (14, 500), (14, 9000)])
def test_a_full_disk_is_told_in_one_line_and_the_same_command_goes_on(whole, number, size):
    """During the first part, a later one, and the joining of the outcomes, at its beginning and its end."""
    code, said = Child(*WORDS, before=at_fsync(number, full_beyond(size))).ended()
    assert code == 2
    (line,) = said.strip().splitlines()
    assert line.startswith("wedge: results/e-")
    assert "cannot be written (File too large)" in line
    assert line.endswith("; what is finished is kept, and the same command goes on")
    assert not list(Path("results").rglob(".*.part"))
    again = swept(chunk=4)
    assert again.before == 4 * ((number - 1) // 2)
    assert files(again.folder) == whole


def test_a_disk_that_refuses_to_settle_is_told(monkeypatch, whole):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    stopped()
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(
            WedgeError, match=r"cannot be written \(No space left on device\); what is finished is kept"
        ):
            swept(chunk=4)
    assert files(swept(chunk=4).folder) == whole


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told():
    Path("results").mkdir(mode=0o500)
    with pytest.raises(WedgeError, match=r"results/e-.*: cannot be written \(Permission denied\)"):
        swept()


def test_a_file_where_a_folder_is_wanted_is_told():
    Path("results").write_text("")
    with pytest.raises(WedgeError, match=r"results/e-.*: cannot be written \(Not a directory\)"):
        swept()


def truncated(parts):
    parts[-1].write_bytes(parts[-1].read_bytes()[:-1])


def flipped(parts):
    data = bytearray(parts[0].read_bytes())
    data[len(data) // 2] ^= 1
    parts[0].write_bytes(data)


def emptied(parts):
    parts[1].write_bytes(b"")


def renamed(parts):
    parts[1].rename(parts[1].with_name(parts[1].name.replace("000000000004", "000000000005", 1)))


def strange(parts):
    (parts[0].parent / "notes.npy").write_text("mine")


def half_written(parts):
    (parts[0].parent / f".{parts[0].name}.part").write_text("half")


def a_folder(parts):
    (parts[0].parent / "inner" / "more").mkdir(parents=True)


DAMAGE = {truncated: 8, flipped: 8, emptied: 8, renamed: 8, strange: 12, half_written: 12, a_folder: 12}


@pytest.mark.parametrize(("damage", "left"), DAMAGE.items(), ids=lambda each: getattr(each, "__name__", each))
def test_damage_is_noticed_done_again_and_told(whole, damage, left):
    damage(stopped())
    child = Child(*WORDS)
    code, said = child.ended()
    assert code == 0
    (place,) = Path("results").iterdir()
    assert (
        said
        == f"1 damaged, half-written or strange files in {place}/parts were removed, and their runs done again.\n"
    )
    assert f"Went on: {left} runs of each option were there already, {SIZE - left} were added." in child.out
    assert {name: each for name, each in files(place).items() if name in whole} == whole


@pytest.mark.parametrize("at", [0.2, 0.6, 0.9])
def test_damaged_outcomes_are_told_and_can_be_made_again(whole, at):
    file = swept().folder / "outcomes.nc"
    data = bytearray(file.read_bytes())
    variable = study_of(file.parent).values("bond", "none")
    assert variable.size
    file.write_bytes(data[: int(at * len(data))])
    with pytest.raises(
        WedgeError, match=r"outcomes.nc: is damaged; delete it, and the same command makes it again"
    ):
        study_of(file.parent).values("bond", "none")
    file.unlink()
    assert files(swept().folder) == whole


def test_a_bit_that_flips_in_the_outcomes_is_noticed():
    """Any one bit of the compressed numbers: they carry checksums."""
    edited(("points: 8", "points: 256"))
    file = swept().folder / "outcomes.nc"
    data, true = file.read_bytes(), study_of(file.parent).values("bond", "none")
    places = np.random.default_rng(1).integers(len(data) // 4, 3 * len(data) // 4, 60)
    noticed = 0
    for place in places.tolist():
        wrong = bytearray(data)
        wrong[place] ^= 4
        file.write_bytes(wrong)
        try:
            assert (study_of(file.parent).values("bond", "none") == true).all()
        except WedgeError:
            noticed += 1
    assert noticed


def test_a_second_writer_is_refused():
    place = sweep_.folder_of(load("e.yaml"), Path("results"))
    with sweep_.locked(place):
        before = files(place)
        code, said = Child(*WORDS).ended()
        assert files(place) == before
    told = f"wedge: {place}: another process is writing there; wait for it, or choose another --out\n"
    assert (code, said) == (2, told)
    assert Child(*WORDS).ended()[0] == 0


def test_a_folder_that_holds_another_sweep_is_refused():
    place = swept().folder
    other = sweep_.folder_of(load("e.yaml", ["seed=9"]), Path("results"))
    place.rename(other)
    with pytest.raises(WedgeError, match="holds another sweep; choose another --out"):
        swept(sets=["seed=9"])


# --- what names a sweep -----------------------------------------------------------------------------

OTHER = {
    "seed": ("seed: 3", "seed: 4"),
    "a number of the scenario": ("seed: 3", "seed: 3\nchanges: {parameters: {norms: {weight: 0.31}}}"),
    "the design's size": ("points: 8", "points: 16"),
    "the design's kind": ("kind: sobol", "kind: latin_hypercube"),
    "replications": ("replications: 3", "replications: 4"),
    "whose luck": ("replications: 3", "replications: 3\nluck: own"),
    "outcomes": ("[bond, clash]", "[bond]"),
    "an input's range": ("[0.1, 1.0]", "[0.1, 0.9]"),
    "a fixed number": ("levers:", "fixed: {parameters.norms.weight: 0.2}\nlevers:"),
    "a setting": ("{boreas: {ceres: null}}", "{boreas: {ceres: {stance: 0.1}}}"),
    "constraints": ("levers:", "constraints: [parameters.isolation.weight < 0.5]\nlevers:"),
}
LIKE = {
    "title": ("title: Small", "title: Smaller"),
    "question": ("Does wooing bind?", "Does it?"),
    "description": ("seed: 3", "seed: 3\ndescription: at length"),
    "analyses": ("outcomes:", "analyses: {drivers: {analysis: sensitivity, outcome: bond}}\noutcomes:"),
    "why and source": ("{uniform: [0.1, 1.0]}", "{uniform: [0.1, 1.0], why: so, source: here}"),
}


@pytest.mark.parametrize("change", OTHER.values(), ids=OTHER)
def test_what_bears_on_the_numbers_makes_another_folder(change):
    before = load("e.yaml").fingerprint
    edited(change)
    assert load("e.yaml").fingerprint != before


@pytest.mark.parametrize("change", LIKE.values(), ids=LIKE)
def test_words_do_not_make_another_folder(change, whole):
    place = swept().folder
    edited(change)
    again = swept()
    assert (again.folder, again.before, again.now) == (place, SIZE, 0)
    assert files(place)["outcomes.nc"] == whole["outcomes.nc"]
    told = json.loads(files(place)["manifest.json"])
    assert (told["title"], told["question"]) == (load("e.yaml").spec.title, load("e.yaml").spec.question)
    assert list(told["analyses"]) == list(load("e.yaml").spec.analyses)


def test_the_scenario_of_another_file_name_is_the_same_sweep():
    shutil.copy("tiny.yaml", "other.yaml")
    edited(("tiny.yaml", "other.yaml"), to="moved.yaml")
    assert load("moved.yaml").fingerprint == load("e.yaml").fingerprint
    assert sweep_.folder_of(load("moved.yaml"), Path()).name.startswith("moved-")


def test_plugins_bear_on_the_name(monkeypatch):
    before = load("e.yaml").fingerprint
    monkeypatch.setitem(LOADED, "mine.py", "abc")
    assert load("e.yaml").fingerprint != before


def test_a_finished_sweep_says_so_and_runs_nothing(monkeypatch):
    assert Child(*WORDS).ended()[0] == 0
    monkeypatch.setattr(sweep_, "computed", None)
    child = Child(*WORDS)
    assert child.ended() == (0, "")
    assert "This sweep is finished already; nothing was run. (--fresh starts anew.)" in child.out


def test_fresh_numbers_a_new_folder_and_goes_on_there_when_it_was_stopped(whole):
    place = swept().folder
    with pytest.raises(KeyboardInterrupt):
        swept(fresh=True, chunk=4, report=stopping_after(8))
    again = swept(fresh=True)
    assert again.folder == place.with_name(f"{place.name}-2")
    assert (again.before, again.now) == (8, 16)
    assert swept(fresh=True).folder == place.with_name(f"{place.name}-3")
    assert all(files(each) == whole for each in Path("results").iterdir())


PLUGIN = """\
from dataclasses import dataclass
from typing import ClassVar
from sim.policies import Decision, Policy
# \u00e9\u00e8 travels too\r
@dataclass(frozen=True)
class Mine(Policy):
    name: ClassVar[str] = "half_mine"
    def decide(self, seen, memory, luck):
        return Decision({"mine": seen.received * FACTOR})
"""


def test_a_plugin_travels_to_workers_as_text_and_its_text_names_the_sweep():
    edited(
        (
            "none: {policies: {boreas: {ceres: null}}}",
            "mine: {policies: {boreas: {ceres: {policy: half_mine}}}}",
        )
    )
    found = {}
    for factor, workers in (("0.5", "2"), ("0.5", "1"), ("0.9", "1")):
        Path("mine.py").write_bytes(PLUGIN.replace("FACTOR", factor).encode())
        words = (
            "sweep",
            "e.yaml",
            "--plugin",
            "mine.py",
            "--workers",
            workers,
            "--chunk",
            "6",
            "--out",
            workers,
        )
        assert Child(*words).ended() == (0, "")
        found[factor, workers] = [files(each) for each in sorted(Path(workers).iterdir())]
    assert found["0.5", "1"] == found["0.5", "2"]
    one, other = found["0.9", "1"]
    assert one["outcomes.nc"] != other["outcomes.nc"]


# --- memory -----------------------------------------------------------------------------------------


def peak(points):
    edited(("{kind: sobol, points: 8}", f"{{kind: monte_carlo, points: {points}}}"), ("replications: 3", ""))
    tracemalloc.start()
    swept(chunk=100)
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest


def test_memory_does_not_grow_with_runs(monkeypatch):
    """Beyond a slab of what is joined, which is made small here, and the names of parts: 50 bytes a run.

    The values of a run are twice that. The first sweep fills what Python keeps for good.
    """
    monkeypatch.setattr(saved_, "SLAB", 1000)
    _, few, many = peak(2000), peak(250), peak(2000)
    assert many < few + 1750 * 50
    assert 8 * 2 * len(load("e.yaml").outcomes) >= 100


def test_constraints_that_keep_few_points_take_no_more_memory_than_those_points():
    edited(("{kind: sobol, points: 8}", "{kind: monte_carlo, points: 1000000}"), ("replications: 3", ""),
           ("levers:", "constraints: [parameters.isolation.weight < 0.10001]\nlevers:"))  # fmt: skip
    experiment = load("e.yaml")
    assert 3 <= experiment.plan.points <= 30
    tracemalloc.start()
    values, numbers = experiment.plan.runs(0, experiment.plan.size)
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert highest < 10 * 2**20
    assert (values[:, 0] < 0.10001).all()
    assert np.diff(numbers).max() > 10_000


# --- shards -----------------------------------------------------------------------------------------


def test_shards_of_different_sweeps_are_refused():
    one, other = swept(shard=Shard(1, 2)).folder, swept(shard=Shard(2, 2), sets=["seed=9"]).folder
    with pytest.raises(WedgeError) as caught:
        merge([one, other])
    assert str(caught.value) == f"{other}: a shard of another sweep than {one}"


def test_missing_runs_are_named_and_nothing_is_left_behind():
    shards = [swept(shard=Shard(k, 4)).folder for k in (1, 3)]
    with pytest.raises(
        WedgeError, match=r"runs 6 to 11, 18 to 23 are in none of these folders; finish their shards"
    ):
        merge(shards)
    assert sorted(Path("results").iterdir()) == shards


def test_a_damaged_shard_is_missing_runs():
    shards = [swept(shard=Shard(k, 2), chunk=4).folder for k in (1, 2)]
    flipped(sorted((shards[1] / "parts").iterdir()))
    with pytest.raises(WedgeError, match="runs 12 to 15 are in none"):
        merge(shards)


@pytest.mark.parametrize("order", [1, -1])
def test_shards_may_overlap(whole, order):
    shards = [
        swept(shard=each, chunk=5).folder for each in (Shard(1, 2), Shard(2, 3), Shard(3, 3), Shard(4, 5))
    ]
    assert files(merge(shards[::order])) == whole


def test_more_shards_than_runs_are_fine(whole):
    shards = [swept(shard=Shard(k, 30)).folder for k in range(1, 31)]
    assert files(merge(shards)) == whole


def test_merging_twice_gives_the_same_and_the_whole_is_then_finished(whole):
    shards = [swept(shard=Shard(k, 2)).folder for k in (1, 2)]
    place = merge(shards)
    assert merge(shards) == place
    assert files(place) == whole
    assert len(json.loads((place / "provenance.json").read_text())["sessions"]) == 2
    again = swept()
    assert (again.folder, again.now) == (place, 0)


def test_renamed_shards_merge_under_the_name_of_the_sweep(whole):
    shards = [swept(shard=Shard(k, 2)).folder.rename(f"part{k}") for k in (1, 2)]
    place = merge(shards, Path("joined"))
    assert place.name == f"e-{load('e.yaml').fingerprint}"
    assert files(place) == whole


def test_merging_goes_on_after_a_full_disk(whole):
    shards = [swept(shard=Shard(k, 2)).folder for k in (1, 2)]
    code, said = Child("merge", *map(str, shards), before=at_fsync(4, full_beyond(3000))).ended()
    assert code == 2
    assert len(said.splitlines()) == 1
    assert "cannot be written (File too large)" in said
    assert files(merge(shards)) == whole


def test_a_shard_is_not_a_finished_sweep():
    with pytest.raises(WedgeError, match="this sweep is not finished; merge it with the others"):
        _ = swept(shard=Shard(1, 2)).study
    with pytest.raises(WedgeError, match="no sweep here"):
        study_of(Path("nowhere"))
    with pytest.raises(WedgeError, match="this sweep is not finished; run the same command again to go on"):
        study_of(stopped(out=Path("results/others"), runs=4)[0].parent.parent)


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/0", "-1/3"])
def test_a_share_that_is_none_is_told(text):
    code, said = Child("sweep", "e.yaml", "--shard", text).ended()
    assert (code, said) == (
        2,
        f"wedge: --shard {text}: expected I/N, the I-th of N shares, for instance 2/5\n",
    )


# --- parts ------------------------------------------------------------------------------------------


def test_gaps_are_what_no_part_holds():
    for first, last in ((3, 5), (5, 6), (9, 12)):
        Path("parts").mkdir(exist_ok=True)
        write_part(Path("parts"), first, np.zeros((1, 1, last - first)))
    parts, others = sound_parts(Path("parts"))
    assert not others
    assert list(gaps(parts, 0, 15)) == [(0, 3), (6, 9), (12, 15)]
    assert list(gaps(parts, 4, 10)) == [(6, 9)]
    assert list(gaps(parts, 3, 6)) == []
    assert list(gaps([], 2, 4)) == [(2, 4)]
    assert list(gaps(parts, 13, 13)) == []


def test_shares_are_disjoint_and_make_up_the_whole():
    for size in (0, 1, 7, 100):
        for of in (1, 2, 3, 9, 150):
            ends = [Shard(k, of).span(size) for k in range(1, of + 1)]
            assert ends[0][0] == 0
            assert ends[-1][1] == size
            assert all(one[1] == other[0] for one, other in pairwise(ends))
