"""Every benchmarks/bench_*.py in turn, one JSON line each. Arguments choose some by name."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run them; the exit code says whether one failed."""
    wanted = sys.argv[1:]
    scripts = sorted((ROOT / "benchmarks").glob("bench_*.py"))
    chosen = [script for script in scripts if not wanted or any(word in script.stem for word in wanted)]
    failed: list[str] = []
    for script in chosen:
        print(f"# {script.stem}", file=sys.stderr, flush=True)
        if subprocess.run([sys.executable, str(script)], cwd=ROOT, check=False).returncode:
            failed.append(script.stem)
    print(f"# {len(chosen)} benchmarks, failed: {', '.join(failed) or 'none'}", file=sys.stderr)
    return 1 if failed or (wanted and not chosen) else 0


if __name__ == "__main__":
    sys.exit(main())
