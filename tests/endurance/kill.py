#!/usr/bin/env python3
"""Kills runs of `claimtag batch` at random moments and compares what they end with to a run that nobody killed.

    tests/endurance/kill.py CLAIMTAG CORPUS [--runs 100] [--seed 1] [-- OPTIONS OF BATCH]

Each run is killed (SIGKILL; every fourth SIGTERM) once, or with a chance of one in three up to four times, at a moment drawn
evenly from the length of the whole run, then left to end. All files of the run directory must be the same, byte for byte,
but for the command in run.json and the lock. Prints a line for each run, and ends with 1 if one differs.
"""
import argparse, json, pathlib, random, shutil, signal, subprocess, sys, tempfile, time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from content import content

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("claimtag")
parser.add_argument("corpus")
parser.add_argument("--runs", type=int, default=100)
parser.add_argument("--seed", type=int, default=1)
own = sys.argv[1 : sys.argv.index("--")] if "--" in sys.argv else sys.argv[1:]
options = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else ["--tier", "linear", "--part-bytes", "200000", "--rollup"]
args = parser.parse_args(own)
chance = random.Random(args.seed)


def command(out, threads):
    return [args.claimtag, "batch", args.corpus, "--out", str(out), "--quiet", "--threads", str(threads), *options]


with tempfile.TemporaryDirectory() as work:
    work = pathlib.Path(work)
    began = time.monotonic()
    subprocess.run(command(work / "whole", 2), check=False)
    whole_seconds = time.monotonic() - began
    expected = content(work / "whole")
    summary = json.loads((work / "whole" / "summary.json").read_text())
    assert summary["complete"], "the run that nobody kills does not end"
    print(f"unbroken: {whole_seconds:.2f} s, {summary['counts']['records']} records, {len(summary['parts'])} parts", flush=True)
    wrong = kills = unfinished = 0
    for number in range(args.runs):
        out = work / "killed"
        shutil.rmtree(out, ignore_errors=True)
        times = chance.randint(2, 4) if chance.random() < 1 / 3 else 1
        parts = []
        for _ in range(times):
            process = subprocess.Popen(command(out, chance.choice([1, 2, 3])), stderr=subprocess.DEVNULL)
            time.sleep(chance.random() * whole_seconds)
            how = signal.SIGTERM if number % 4 == 3 else signal.SIGKILL
            unfinished += process.poll() is None
            process.send_signal(how)
            process.wait()
            kills += 1
            parts.append(len(list(out.glob("state/*.json"))))
        subprocess.run(command(out, chance.choice([1, 2, 3])), check=False)
        found = content(out)
        differing = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
        wrong += bool(differing)
        print(f"run {number}: killed with {parts} parts done; {'DIFFERS: ' + ', '.join(differing[:5]) if differing else 'the same'}", flush=True)
    print(f"{args.runs} runs, {kills} kills ({unfinished} before the end): {wrong} differ")
    sys.exit(1 if wrong else 0)
