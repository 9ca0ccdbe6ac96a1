#!/usr/bin/env bash
# The tiers of the built-in model over the same articles, on one thread and on two, in turn: whole processes, from articles to
# rows. Prints sentences per second of each round, and the ratios of the medians.
#
#     benches/tiers.sh ARTICLES [ROUNDS]
set -euo pipefail
articles=$1 rounds=${2:-3}
cd "$(dirname "$0")/.."
cargo build --release --locked
python3 - target/release/claimtag "$articles" "$rounds" <<'PY'
import statistics, subprocess, sys, time
claimtag, articles, rounds = sys.argv[1:]
runs = [("encoder", 1), ("cascade", 1), ("linear", 1), ("encoder", 2), ("cascade", 2), ("linear", 2)]
rates = {run: [] for run in runs}
for _ in range(int(rounds)):
    for tier, threads in runs:
        command = [claimtag, "tag", "--all", "--tier", tier, "--threads", str(threads), "--to", "jsonl", articles]
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        sentences = escalated = 0
        for chunk in iter(lambda: process.stdout.read(1 << 20), b""):
            sentences += chunk.count(b"\n")
            escalated += chunk.count(b'"tier":"encoder"')
        process.wait()
        rates[tier, threads].append(sentences / (time.perf_counter() - began))
        share = f", {100 * escalated / sentences:.1f}% by the encoder" if tier == "cascade" else ""
        print(f"{tier}, {threads} threads: {rates[tier, threads][-1]:.0f} sentences/s{share}", flush=True)
rate = {run: statistics.median(found) for run, found in rates.items()}
print("cascade / encoder", round(rate["cascade", 1] / rate["encoder", 1], 2))
for tier in ("encoder", "cascade", "linear"):
    print(f"{tier}: two threads / one", round(rate[tier, 2] / rate[tier, 1], 2))
PY
