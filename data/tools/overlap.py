#!/usr/bin/env python3
"""Do our sentences share runs of words with sentences of others?

Usage: python3 data/tools/overlap.py REFERENCE.jsonl... [--originals REAL.jsonl] [--data data/claims]

Reports every row of data/claims that shares a run of eight words with a row of a reference, and, with --originals, every
row that follows a real one (its `doc` is `f-` and the start of the SHA-256 of the real row's `doc`) and shares a run of
five words with a row of that document. Case and punctuation don't count. Exits with 1 if there is any.
"""

import argparse
import collections
import glob
import hashlib
import json
import os
import re
import sys


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def runs(text, n):
    words = re.findall(r"[a-z0-9$%']+", text.lower().replace("’", "'"))
    return {" ".join(words[i : i + n]) for i in range(len(words) - n + 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("references", nargs="+")
    parser.add_argument("--originals")
    parser.add_argument("--data", default=os.path.join(os.path.dirname(__file__), "..", "claims"))
    args = parser.parse_args()

    eights = set()
    for path in args.references:
        for row in rows(path):
            eights |= runs(row["text"], 8)
    originals = collections.defaultdict(set)
    if args.originals:
        for row in rows(args.originals):
            originals["f-" + hashlib.sha256(row["doc"].encode()).hexdigest()[:10]] |= runs(row["text"], 5)

    checked = following = found = 0
    for path in sorted(glob.glob(os.path.join(args.data, "*.jsonl"))):
        for number, row in enumerate(rows(path), 1):
            checked += 1
            shared = runs(row["text"], 8) & eights
            if row["doc"] in originals:
                following += 1
                shared |= runs(row["text"], 5) & originals[row["doc"]]
            if shared:
                found += 1
                print(f"{path}:{number}: {min(shared)}")
    print(f"{checked} rows checked, {following} of them against the document they follow: {found} share a run", file=sys.stderr)
    sys.exit(1 if found else 0)


main()
