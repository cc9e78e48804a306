"""Runs the command by `python -m marketplace.cli`."""

from marketplace.cli.main import main

if __name__ == "__main__":
    main()
