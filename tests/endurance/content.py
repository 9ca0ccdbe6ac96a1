"""What a run directory holds, to be compared with another."""
import hashlib, json


def content(run):
    """Checksums of its files by name, without the lock, and of run.json without the command."""
    found = {}
    for path in sorted(run.rglob("*")):
        if path.is_file() and path.name != "lock":
            data = path.read_bytes()
            if path.name == "run.json":
                data = json.dumps({k: v for k, v in json.loads(data).items() if k != "command"}).encode()
            found[str(path.relative_to(run))] = hashlib.sha256(data).hexdigest()
    return found
