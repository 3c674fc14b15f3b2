"""What comparing two arrays says: pure functions, and the only arithmetic of budgets."""
