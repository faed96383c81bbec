"""`python -m hostwire` is the `hostwire` command."""

from hostwire.cli import main

if __name__ == "__main__":
    main()
