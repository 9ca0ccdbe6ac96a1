#!/usr/bin/env bash
# `claimtag tag --tier linear` from articles to rows beside `fasttext predict` on the same sentences, ready-made, one thread each, in turn.
#
#   benches/peers/fasttext.sh FASTTEXT ROWS ARTICLES [RUNS]
#
# FASTTEXT  the fasttext program (its source is in the PyPI package `fasttext`: g++ -O3 -pthread src/*.cc)
# ROWS      labelled sentences (JSONL) that both train on
# ARTICLES  what claimtag tag reads
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
commands = {
    "claimtag tag": [claimtag, "tag", "--quiet", "--all", "--tier", "linear", "--threads", "1", articles],
    "fasttext predict": [fasttext, "predict-prob", f"{work}/model.bin", f"{work}/sentences.txt", "-1", "0.5"],
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
    print(f"{name:17} {t:6.2f} s  {n / t:9.0f} sentences/s  {size / t / 1e6:6.2f} MB/s  (runs {min(times):.2f}-{max(times):.2f} s)")
ratios = [b / a for a, b in zip(seconds["claimtag tag"], seconds["fasttext predict"])]
print(f"claimtag runs at {statistics.median(ratios):.2f} times the speed of fasttext")
PY
