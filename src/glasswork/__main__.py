"""`python -m glasswork`: the command line."""

from glasswork.cli.main import main

if __name__ == "__main__":
    main()
