"""Deviations: how real recurrent layers go wrong, each as an edit of the reference."""
