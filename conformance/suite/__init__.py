"""The suite, by property: `pytest --pyargs rnnspec.conformance --rnnspec-candidate NAME`."""
