#!/usr/bin/env python3
"""Runs of `claimtag batch` on a disk that is too small and on a file that cannot be read to its end.

    tests/endurance/faults.py CLAIMTAG CORPUS

Needs root (for a small tmpfs) and strace (which makes reads of the corpus fail half-way). After each fault the same command, on
a disk with room and a file that can be read, must end with the bytes of a run without faults. A file that cannot be read is one
failure, and all that came before it is tagged: so there the run is complete, and `--restart` must give the other bytes.
"""
import json, pathlib, subprocess, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from content import content

claimtag, corpus = sys.argv[1:]
corpus = str(pathlib.Path(corpus).resolve())
options = ["--tier", "linear", "--part-bytes", "200000", "--rollup", "--all", "--to", "jsonl"]


def command(out, *more):
    return [claimtag, "batch", corpus, "--out", str(out), *options, *more]


def run(*args):
    return subprocess.run(args, capture_output=True, text=True)


def same(a, b, what):
    a, b = content(a), content(b)
    differing = sorted(name for name in a.keys() | b.keys() if a.get(name) != b.get(name))
    assert not differing, f"{what}: {differing} differ"
    print(f"{what}: the same {len(a)} files")


with tempfile.TemporaryDirectory() as work:
    work = pathlib.Path(work)
    run(*command(work / "whole"))
    size = sum(path.stat().st_size for path in (work / "whole").rglob("*") if path.is_file())

    disk = work / "disk"
    disk.mkdir()
    for share in [0.1, 0.5, 0.9]:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={int(size * share)}", "tmpfs", disk], check=True)
        try:
            full = run(*command(disk / "run"))
            assert full.returncode == 2 and "No space left on device" in full.stderr, full.stderr
            assert "go on with: " in full.stderr, full.stderr
            parts = len(list((disk / "run").glob("state/*.json")))
            subprocess.run(["mount", "-o", f"remount,size={size * 4 + 10_000_000}", disk], check=True)
            run(*command(disk / "run"))
            same(work / "whole", disk / "run", f"disk full at {share:.0%} ({parts} parts were done)")
        finally:
            subprocess.run(["umount", disk], check=True)

    out = work / "unread"
    inject = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", corpus, "-e", "trace=read", "-e", "inject=read:error=EIO:when=15+"]
    unread = run(*inject, *command(out))
    counts = json.loads((out / "summary.json").read_text())["counts"]
    failures = (out / "failures.jsonl").read_text()
    assert unread.returncode == 2 and counts["failed"] == {"broke off": 1} and "Input/output error" in failures, unread.stderr
    whole = json.loads((work / "whole" / "summary.json").read_text())["counts"]
    assert 0 < counts["articles"] < whole["articles"], counts
    print(f"read error half-way: {counts['articles']} of {whole['articles']} articles, then one failure")
    run(*command(out, "--restart"))
    same(work / "whole", out, "after it, begun anew")
