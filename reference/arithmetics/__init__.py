"""Number types: floats, balls, duals, noise; and all that the equations know of them."""
