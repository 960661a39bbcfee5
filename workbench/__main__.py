"""`python -m workbench` is the `workbench` command."""

from workbench.cli import script

if __name__ == "__main__":
    script()
