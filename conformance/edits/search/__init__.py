"""The search for what explains the cases of an operation: what is tried, in which order, and what is tried beside a single edit."""
