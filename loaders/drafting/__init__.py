"""A description proposed from a data file, to be read and corrected by somebody."""
