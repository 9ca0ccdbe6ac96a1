#!/usr/bin/env python3
"""Picks sentences for a teacher to label: a third at random, the rest where a small model sees a claim, surely or not.

    claimtag tag --all --tier linear --to jsonl ARTICLES | sample.py 40000 --exclude GOLD.jsonl > SENTENCES.jsonl

Articles that hold a sentence of GOLD.jsonl are left out whole, so that what judges the student is never seen.
"""

import argparse
import json
import random
import re
import sys

# bounds of the small model's probability between which equally many sentences are picked, for each label
BINS = [0.03, 0.1, 0.25, 0.5, 0.8, 1.01]
SEED = 1


def normal(text):
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def candidates(lines, excluded):
    """Sentences of 5 to 80 words, each once, without those of articles that hold an excluded one."""
    seen, barred, found = set(), set(), []
    for line in lines:
        row = json.loads(line)
        text = normal(row["text"])
        if text in excluded:
            barred.add(row["article_id"])
        if text not in seen and 5 <= len(text.split()) <= 80:
            seen.add(text)
            # memory: a million rows are kept
            found.append((row["article_id"], row["text"], tuple(row["prob"].values())))
    return [row for row in found if row[0] not in barred], len(barred)


def pick(rows, n):
    """Row numbers, in random order."""
    chance = random.Random(SEED)
    order = list(range(len(rows)))
    chance.shuffle(order)
    picked = set(order[: n // 3])
    labels = len(rows[0][2])
    share = (n - len(picked)) // (labels * (len(BINS) - 1))
    for label in range(labels):
        for low, high in zip(BINS, BINS[1:]):
            inside = [i for i in order if i not in picked and low <= rows[i][2][label] < high]
            picked.update(inside[:share])
    picked = sorted(picked)
    chance.shuffle(picked)
    return picked


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("n", type=int, help="how many sentences")
    parser.add_argument("--exclude", action="append", default=[], metavar="GOLD.jsonl")
    args = parser.parse_args()
    excluded = {normal(json.loads(line)["text"]) for path in args.exclude for line in open(path, encoding="utf-8")}
    rows, barred = candidates(sys.stdin, excluded)
    picked = pick(rows, args.n) if rows else []
    for i in picked:
        print(json.dumps({"text": rows[i][1], "labels": [], "doc": rows[i][0]}, ensure_ascii=False))
    print(f"{len(picked)} of {len(rows)} sentences; {barred} articles left out", file=sys.stderr)


main()
