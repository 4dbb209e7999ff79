"""The shared kernel: models, rules R1–R24, money, identity numbers, coverage, errors. Pure Python, no I/O."""
