"""``python -m docservice`` is the command line."""

from docservice.cli import main

if __name__ == "__main__":
    main()
