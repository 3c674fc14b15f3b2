"""What cases show: one thing an idea, of layers, of networks, of containers."""
