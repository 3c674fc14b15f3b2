"""The place of the hunt for cases beyond the goldens. There is none yet in this version."""

__all__: list[str] = []
