"""Sources that are described, not coded: a description read, and the rows of its file turned into statements."""
