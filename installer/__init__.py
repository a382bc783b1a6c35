"""Set-up: what a machine needs before the program can start, and the words it speaks."""
