"""Runs whole processes and says what they took. Standard library only.

Linux counts the memory of whoever starts a process into that process's peak, so this one has to stay small.
"""

import os
import subprocess
import time
from pathlib import Path
from typing import Any

#: The cores that everything is pinned to, the first of them for one thread.
CORES = sorted(os.sched_getaffinity(0))[:2]


def measure(commands: list[list[str]], threads: int, log: Path, output: Path = Path(os.devnull)) -> dict[str, Any]:
    """Runs commands side by side, on one core or on two (one each, if there are two of them), until the last has ended. None outlives this one."""
    cores = CORES[:threads]
    pins = [[core] for core in cores] if len(commands) > 1 else [cores]
    load = os.getloadavg()[0]
    with output.open("wb") as stdout, log.open("ab") as stderr:
        start = time.perf_counter()
        running = [
            subprocess.Popen(["taskset", "-c", ",".join(map(str, pin)), *command], stdout=stdout, stderr=stderr)
            for pin, command in zip(pins, commands)
        ]
        try:
            usages = [finished(process) for process in running]
        except BaseException:
            for process in running:
                if process.returncode is None:
                    process.kill()
            raise
        seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "cpu_seconds": sum(usage.ru_utime + usage.ru_stime for usage in usages),
        "peak_bytes": sum(usage.ru_maxrss for usage in usages) * 1024,
        "load_before": load,
        "load_after": os.getloadavg()[0],
    }


def finished(process: subprocess.Popen) -> Any:
    """Waits for a process; its resource usage."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{process.args} ended with {process.returncode}")
    return usage
