#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How fast, and in how much memory: prints the table of README.md.

benchmark.py BUILD FOLDER PLUGINS: the programs are in BUILD, the workloads come and go in FOLDER, and the plugin is
below PLUGINS (empty: there is none). What to set in the environment is told in README.md.
"""
import dataclasses
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

import counts

BIG = int(os.environ.get("GTUPD_BENCH_MB", "1000"))
SMALL = max(BIG // 10, 1)
RUNS = int(os.environ.get("GTUPD_BENCH_RUNS", "5"))
FORMAT = os.environ.get("GTUPD_BENCH_FORMAT", "ndjson")
PLAIN_USER = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]  # root gets no plugin

# Name: the ratio to tcpdump that must be, and is aimed at; the peak memory that must be, MiB.
GOALS = {
    "fleet": (1.5, 1.0, 32),
    "mixed": (0.9, 0.6, 32),
    "split": (2.5, 1.5, None),
    "flood": (3.0, 2.0, 64),
}


@dataclasses.dataclass
class Run:
    wall: float
    processor: float
    peak: float  # MiB


class Bench:
    def __init__(self, build, folder, plugins):
        self.build = build
        self.analyzer = os.path.join(build, "bin", "gtupd-analyzer")
        self.tools = os.path.join(build, "tests", "bench")
        self.folder = folder
        self.plugins = plugins

    def tool(self, name):
        return os.path.join(self.tools, name)

    def run(self, command, stdin=os.devnull, environment=None):
        done = subprocess.run([self.tool("gtupd-stopwatch"), stdin, *command], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, env=environment, check=False)
        if done.returncode != 0:
            sys.exit(f"benchmark: {' '.join(command)}: status {done.returncode}\n{done.stderr}")
        wall, processor, peak = done.stdout.split()
        return Run(float(wall), float(processor), int(peak) / 1024)

    def analyze(self, capture):
        return self.run([self.analyzer, "--quiet", "--format=" + FORMAT, capture])

    def make(self, name, size):
        """A workload whose counts the analyzer gets right, in the page cache: else there is nothing to measure."""
        capture = counts.make(self.tool("gtupd-workload"), name, f"{size}M", self.folder)
        wrong = counts.differences(self.analyzer, capture)
        if wrong:
            sys.exit("\n".join([f"benchmark: void, the counts of {name} are wrong", *wrong]))
        return capture


def in_turn(ours, theirs, runs=RUNS):
    """Both by turns, so that what else the machine does meets both."""
    pairs = [(theirs(), ours()) for _ in range(runs)]
    return [pair[1] for pair in pairs], [pair[0] for pair in pairs]


def median(runs, what):
    return statistics.median(getattr(run, what) for run in runs)


def ratios(ours, theirs, what="wall"):
    return [getattr(our, what) / max(getattr(their, what), 1e-6) for our, their in zip(ours, theirs)]


def ratio(ours, theirs, what="wall"):
    """Median of the turns, and in brackets the least and the most."""
    every = ratios(ours, theirs, what)
    return f"{statistics.median(every):.2f} ({min(every):.2f}–{max(every):.2f})"


def say(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def head(*cells):
    print()
    say(*cells)
    say(*["---"] * len(cells))


def first_line(*command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    except OSError:
        return f"no {command[0]}"
    return next((line for line in done.stdout.splitlines() if re.search(r"\d\.\d", line)), "")


def built(build):
    """What was measured: the build type, and the commit where git knows it."""
    with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as file:
        kind = re.search(r"^CMAKE_BUILD_TYPE:\w+=(.*)", file.read(), re.MULTILINE)
    here = os.path.dirname(os.path.abspath(__file__))
    commit = subprocess.run(["git", "-C", here, "describe", "--always", "--dirty"], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True, check=False).stdout.strip()
    return f"{kind[1] if kind else 'no'} build of {commit or 'no commit'}"


def machine(bench):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"Machine: {model[1] if model else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB; "
          f"{platform.system()} {platform.release()}; load average at the start {os.getloadavg()[0]:.1f}.")
    versions = [(bench.analyzer, "--version"), ("tcpdump", "--version"), ("gzip", "--version"), ("zstd", "--version"),
                ("tshark", "--version")]
    told = [first_line(*version).strip(" *.") for version in versions]
    print(f"Versions: {'; '.join([built(bench.build), *told])}.")
    print(f"Workloads of {BIG} MB, small ones of {SMALL} MB; --format={FORMAT}; medians of {RUNS} turns.")


def measure_workload(bench, name):
    must, aim, peak_must = GOALS[name]
    capture = bench.make(name, BIG)
    with open(capture + ".json", encoding="utf-8") as file:
        truth = counts.json.load(file)
    ours, theirs = in_turn(lambda: bench.analyze(capture),
                           lambda: bench.run(["tcpdump", "-Z", "root", "-r", capture, "-w", os.devnull]))
    counts.remove(capture)
    capture = bench.make(name, SMALL)
    small = bench.analyze(capture)
    counts.remove(capture)
    wall, peak = median(ours, "wall"), median(ours, "peak")
    say(name, ratio(ours, theirs), must, aim, ratio(ours, theirs, "processor"), f"{truth['bytes'] / wall / 1e6:.0f}",
        f"{truth['bytes'] / median(theirs, 'wall') / 1e6:.0f}", f"{truth['messages'] / wall / 1e3:.0f}",
        f"{peak:.1f}", peak_must or "", f"{peak / small.peak:.2f}")


def measure_workloads(bench):
    head("workload", "ratio to tcpdump (least–most)", "must", "aim", "ratio of processor time", "MB/s",
         "tcpdump MB/s", "1000 messages/s", "peak MiB", "must", f"peak, {BIG} to {SMALL} MB")
    for name in GOALS:
        measure_workload(bench, name)


def measure_packed(bench):
    head("compressed input", "ratio to the tool alone (least–most)", "must", "MB/s, unpacked")
    for name in ("fleet", "mixed"):
        capture = bench.make(name, SMALL)
        size = os.path.getsize(capture)
        for suffix, pack, unpack in (("gz", ["gzip", "-kf"], "zcat"), ("zst", ["zstd", "-qkf"], "zstdcat")):
            subprocess.run([*pack, capture], check=True)
            packed = f"{capture}.{suffix}"
            ours, theirs = in_turn(lambda: bench.analyze(packed), lambda: bench.run([unpack, packed]))
            os.remove(packed)
            say(f"{name}, {SMALL} MB, against {unpack}", ratio(ours, theirs), 1.2,
                f"{size / median(ours, 'wall') / 1e6:.0f}")
        counts.remove(capture)


def measure_small_things(bench):
    capture = counts.make(bench.tool("gtupd-workload"), "fleet", "10k", bench.folder)
    start = statistics.median(bench.analyze(capture).wall for _ in range(4 * RUNS + 1))
    counts.remove(capture)
    decoded = statistics.median(
        float(subprocess.run([bench.tool("gtupd-decoder")], stdout=subprocess.PIPE, check=True).stdout)
        for _ in range(RUNS))
    head("what", "measured", "must")
    say("the decoder alone, million messages/s on one core", f"{decoded / 1e6:.1f}", "≥ 5")
    say("start to end with a capture of 10 kB, ms", f"{start * 1e3:.1f}", "≤ 10")


class Shark:
    """tshark with a home of its own, which an ordinary user can read, for root gets no plugins."""

    def __init__(self, bench, home):
        self.bench = bench
        self.user = PLAIN_USER if os.geteuid() == 0 else []
        os.chmod(home, 0o755)
        self.plugins = os.path.join(home, "plugins")
        shutil.copytree(bench.plugins, self.plugins)
        self.script = shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "split.lua"), home)
        self.nothing = os.path.join(home, "nothing")
        os.mkdir(self.nothing)

    def environment(self, plugins):
        return dict(os.environ, WIRESHARK_PLUGIN_DIR=plugins, WIRESHARK_CONFIG_DIR=self.nothing,
                    WIRESHARK_EXTCAP_DIR=self.nothing, HOME=self.nothing)

    def is_plugin_loaded(self):
        listed = subprocess.run([*self.user, "tshark", "-G", "plugins"], env=self.environment(self.plugins),
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
        return "gtupd.so" in listed

    def load(self, capture, plugins, *options):
        command = [*self.user, "tshark", "-n", *options, "-r", "-"]
        return self.bench.run(command, stdin=capture, environment=self.environment(plugins))

    def with_plugin(self, capture):
        return self.load(capture, self.plugins)

    def without(self, capture):
        return self.load(capture, self.nothing)

    def with_script(self, capture):
        return self.load(capture, self.nothing, "-X", "lua_script:" + self.script)


def measure_shark(bench):
    if not (bench.plugins and os.path.isdir(bench.plugins) and shutil.which("tshark")):
        print("\nNo plugin, or no tshark: not measured.")
        return
    with tempfile.TemporaryDirectory() as home:
        shark = Shark(bench, home)
        if not shark.is_plugin_loaded():
            sys.exit("benchmark: void, tshark does not load the plugin")
        head("tshark", "ratio (least–most)", "must", "ratio of processor time", "MB/s", "peak MiB", "the other's")
        for name, what, other, must in (("mixed", "no plugin", shark.without, 1.03),
                                        ("fleet", "a Lua script", shark.with_script, 1.0)):
            capture = bench.make(name, SMALL)
            size = os.path.getsize(capture)
            ours, theirs = in_turn(lambda: shark.with_plugin(capture), lambda: other(capture))
            counts.remove(capture)
            say(f"{name}, {SMALL} MB: the plugin against {what}", ratio(ours, theirs), must,
                ratio(ours, theirs, "processor"), f"{size / median(ours, 'wall') / 1e6:.1f}",
                f"{median(ours, 'peak'):.0f}", f"{median(theirs, 'peak'):.0f}")


def main():
    build, folder, plugins = sys.argv[1:]
    bench = Bench(build, folder, plugins)
    os.makedirs(folder, exist_ok=True)
    try:
        machine(bench)
        measure_workloads(bench)
        measure_packed(bench)
        measure_small_things(bench)
        measure_shark(bench)
        print(f"\nLoad average at the end {os.getloadavg()[0]:.1f}.")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
