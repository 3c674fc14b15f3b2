"""Layers of many styles, each described in a few lines."""
