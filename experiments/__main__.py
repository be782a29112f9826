"""``python -m experiments``: the command `erosion`."""

from experiments.cli import main

if __name__ == "__main__":
    main()
