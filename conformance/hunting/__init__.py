"""Hunting: new problems without end, drawn over the contract, and what is wrong on one made as small as it can be."""
