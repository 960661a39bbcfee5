"""A process that writes a branch: `say TEXT`, `limit BYTES` (how large files may grow, 0: any size), `close`."""

import resource
import sys
from pathlib import Path

from tests.store.facts import record
from workbench.errors import WorkbenchError
from workbench.store import Store


def main(path: str, branch: str) -> None:
    """Open the branch, say so or why not, and obey."""
    store = Store.open(Path(path))
    try:
        log = store.write(int(branch), process="another process")
    except WorkbenchError as error:
        print(f"{type(error).__name__}: {error}", flush=True)
        return
    print("open", flush=True)
    for line in sys.stdin:
        verb, _, rest = line.rstrip("\n").partition(" ")
        try:
            if verb == "say":
                record(log, rest)
            elif verb == "limit":
                largest = int(rest) or resource.RLIM_INFINITY
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
            elif verb == "close":
                log.close()
                store.close()
            print("done", flush=True)
        except WorkbenchError as error:
            print(f"{type(error).__name__}: {error}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
