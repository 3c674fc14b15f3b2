"""Steps of floats, recorded once and replayed without the equations being read again: what makes the reference fast."""
