#!/usr/bin/env python3
"""sample.py COUNT: rows of `claimtag tag --all` to real sentences of 5 to 60 words, one a line, in a fixed random order.

So the first N lines are a fair sample for every N, and a slow tool can be timed on fewer.
"""

import json
import random
import sys


def main() -> None:
    texts = (" ".join(json.loads(line)["text"].split()) for line in sys.stdin)
    sentences = [text for text in texts if 5 <= len(text.split()) <= 60]
    random.Random(1).shuffle(sentences)
    sys.stdout.write("".join(text + "\n" for text in sentences[: int(sys.argv[1])]))


main()
