"""A layer of one's own, described: how it is called, what it returns, what its weights are called and how they are packed."""
