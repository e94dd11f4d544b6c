"""Runs build/bench/kernel_bench and makes the table of scripts/bench. Ratios are of medians of one run; the spread is that of the ratios of single repetitions."""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# what, of ordain, next to, bar: at most so many times the other, or so many nanoseconds
ROWS = [
    ("P1 complaint tier, scalar", "P1Kernel", "P1Hand", 0.9, None),
    ("P2 twenty items and pay, scalar, next to checked code", "P2Kernel", "P2HandChecked", 1.2, None),
    ("P2 the same, next to unchecked code", "P2Kernel", "P2Hand", 3.0, None),
    ("P3 text and band, 10,000 rows", "P3Kernel/10000", None, None, 40),
    ("P3 10,000 rows, next to 100 rows", "P3Kernel/10000", "P3Kernel/100", 2.5, None),
    ("P3 100,000 rows, next to 100 rows", "P3Kernel/100000", "P3Kernel/100", 6.0, None),
    ("P4 eight indicators, scalar", "P4Kernel", "P4Hand", 2.5, None),
    ("10,000 rows: load, check, compile", "LoadTable/10000", None, None, 25_000_000),
    ("P1 by the evaluator, next to the kernel", "P1Evaluator", "P1Kernel", None, None),
]


def run(repetitions, seconds):
    pin = ["taskset", "-c", str(max(os.sched_getaffinity(0)))]
    command = [ROOT / "build" / "bench" / "kernel_bench", "--benchmark_enable_random_interleaving=true", f"--benchmark_repetitions={repetitions}",
               f"--benchmark_min_time={seconds}", "--benchmark_format=json"]
    done = subprocess.run(pin + command, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit("the benchmark failed: an answer differs, or it could not run")
    times = {}
    for b in json.loads(done.stdout)["benchmarks"]:
        if b.get("run_type") == "iteration":
            times.setdefault(b["run_name"], []).append(b["cpu_time"] * {"ns": 1, "us": 1e3, "ms": 1e6}[b["time_unit"]])
    return times


def table(times):
    lines = ["| what | ordain (ns) | next to (ns) | ratio | spread | bar |", "|---|---|---|---|---|---|"]
    for what, own, other, ratio_bar, ns_bar in ROWS:
        a = times[own]
        mine = statistics.median(a)
        if other is None:
            unit, by = ("ms", 1e6) if ns_bar >= 1e6 else ("ns", 1)
            lines.append(f"| {what} | {mine / by:.1f} {unit} | | | {min(a) / by:.1f} to {max(a) / by:.1f} {unit} | {ns_bar / by:.0f} {unit}: {'met' if mine <= ns_bar else 'missed'} |")
            continue
        b = times[other]
        ratio = mine / statistics.median(b)
        ratios = sorted(x / y for x, y in zip(a, b))
        bar = "" if ratio_bar is None else f"{ratio_bar}: {'met' if ratio <= ratio_bar else 'missed'}"
        lines.append(f"| {what} | {mine:.1f} | {statistics.median(b):.1f} | {ratio:.2f} | {ratios[0]:.2f} to {ratios[-1]:.2f} | {bar} |")
    return "\n".join(lines) + "\n"


def told(command):
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout.splitlines()[0].strip() if done.stdout else "unknown"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.1, help="at least, of one repetition")
    parser.add_argument("--keep", action="store_true", help="write the table to bench/log")
    arguments = parser.parse_args()
    text = table(run(arguments.repetitions, arguments.seconds))
    print(text, end="")
    if arguments.keep:
        cpu = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if line.startswith("model name")), platform.machine())
        log = ROOT / "bench" / "log"
        log.mkdir(exist_ok=True)
        head = f"# {date.today()}\n\n{cpu}, {told(['c++', '--version'])}, commit {told(['git', 'rev-parse', '--short', 'HEAD'])}\n\n"
        (log / f"{date.today()}.md").write_text(head + text, encoding="utf-8")


if __name__ == "__main__":
    main()
