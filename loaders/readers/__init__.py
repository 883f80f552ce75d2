"""Bytes in: every record of a file of any format, one at a time, with its line, and none of them lost."""
