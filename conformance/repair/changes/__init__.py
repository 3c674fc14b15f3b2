"""What may stand in a part's place: each module knows one kind of change, and how likely it is."""
