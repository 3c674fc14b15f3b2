"""The families: one file a family, with its cell's equations forward and backward, and its source."""
