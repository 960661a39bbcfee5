"""Everything that judges the text of the code: style, types, import contracts, purity, file length."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import purity

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
LONGEST = 500


def tool(*command: str) -> str:
    """What a tool has to say if it fails, else nothing."""
    done = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else (done.stdout + done.stderr).strip() or f"exit code {done.returncode}"


def file_length() -> str:
    """Tracked Python files above the cap."""
    listed = subprocess.run(["git", "ls-files", "-z", "*.py"], cwd=ROOT, capture_output=True, check=False)
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else [str(p) for p in ROOT.rglob("*.py")]
    files = [ROOT / name for name in names if name and ".venv" not in Path(name).parts]
    lengths = {file: len(file.read_bytes().splitlines()) for file in files if file.is_file()}
    return "\n".join(
        f"{file.relative_to(ROOT)}: {lines} lines, {LONGEST} are allowed"
        for file, lines in sorted(lengths.items())
        if lines > LONGEST
    )


CHECKS = {
    "types": lambda: tool("pyright"),
    "style": lambda: tool("ruff", "check", "--quiet", "--output-format", "concise", "."),
    "format": lambda: tool("ruff", "format", "--quiet", "--check", "."),
    "imports": lambda: tool("lint-imports", "--no-cache"),
    "purity": lambda: "\n".join(purity.complaints(ROOT)),
    "file length": file_length,
}


def main() -> int:
    """Run all checks side by side; report each in a fixed order."""
    started = time.monotonic()
    with ThreadPoolExecutor() as pool:
        running = {name: pool.submit(check) for name, check in CHECKS.items()}
        failed = {name: words for name, future in running.items() if (words := future.result())}
    for name, words in failed.items():
        print(f"--- {name} ---\n{words}\n")
    took = f"{time.monotonic() - started:.1f}s"
    verdicts = ", ".join(f"{name} {'FAILED' if name in failed else 'ok'}" for name in CHECKS)
    print(f"lint: {verdicts} ({took})")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
