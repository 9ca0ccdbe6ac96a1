#!/usr/bin/env bash
# `claimtag batch --tier linear` from a compressed collection to a run directory (decompress, parse, split, tokenize, tag, write)
# beside `fasttext predict` on the same sentences, ready-made: one thread each, in turn; then claimtag on two threads, in turn with
# one. Whole processes, start and loading of models included.
#
#   benches/peers/fasttext.sh FASTTEXT ROWS ARTICLES [RUNS]
#
# FASTTEXT  the fasttext program (its source is in the PyPI package `fasttext`: g++ -O3 -pthread src/*.cc)
# ROWS      labelled sentences (JSONL) that both train on
# ARTICLES  what claimtag reads
# Prints seconds, sentences/s and MB/s of sentence text, median of RUNS (default 5).
set -euo pipefail
fasttext=$1 rows=$2 articles=$3 runs=${4:-5}
claimtag=${CLAIMTAG:-$(dirname "$0")/../../target/release/claimtag}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 - "$rows" >"$work/train.txt" <<'PY'
import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    row = json.loads(line)
    labels = row["labels"] or ["none"]
    print(" ".join("__label__" + label for label in labels), " ".join(row["text"].lower().split()))
PY
"$fasttext" supervised -input "$work/train.txt" -output "$work/model" -loss ova -epoch 25 -lr 0.5 -wordNgrams 2 \
    -dim 50 -thread 1 >/dev/null 2>&1
"$claimtag" tag --quiet --all --tier linear "$articles" >"$work/rows.jsonl" || true
python3 - "$work/rows.jsonl" >"$work/sentences.txt" <<'PY'
import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    print(" ".join(json.loads(line)["text"].lower().split()))
PY
python3 - "$claimtag" "$fasttext" "$articles" "$work" "$runs" <<'PY'
import os, statistics, subprocess, sys, time
claimtag, fasttext, articles, work, runs = sys.argv[1:]
n = sum(1 for _ in open(f"{work}/sentences.txt", encoding="utf-8"))
size = os.path.getsize(f"{work}/sentences.txt")
batch = [claimtag, "batch", articles, "--quiet", "--tier", "linear", "--restart", "--out", f"{work}/run", "--threads"]
commands = {
    "claimtag batch": batch + ["1"],
    "fasttext predict": [fasttext, "predict-prob", f"{work}/model.bin", f"{work}/sentences.txt", "-1", "0.5"],
    "claimtag, 2 threads": batch + ["2"],
}
seconds = {name: [] for name in commands}
for _ in range(int(runs)):
    for name, command in commands.items():
        start = time.perf_counter()
        with open(os.devnull, "wb") as null:
            subprocess.run(command, stdout=null, stderr=null)
        seconds[name].append(time.perf_counter() - start)
print(f"{n} sentences, {size / 1e6:.1f} MB")
for name, times in seconds.items():
    t = statistics.median(times)
    print(f"{name:19} {t:6.2f} s  {n / t:9.0f} sentences/s  {size / t / 1e6:6.2f} MB/s  (runs {min(times):.2f}-{max(times):.2f} s)")


def ratio(slow, fast):
    return statistics.median(a / b for a, b in zip(seconds[slow], seconds[fast]))


print(f"claimtag runs at {ratio('fasttext predict', 'claimtag batch'):.2f} times the speed of fasttext, one thread each")
print(f"claimtag on two threads at {ratio('claimtag batch', 'claimtag, 2 threads'):.2f} times that of one")
PY
