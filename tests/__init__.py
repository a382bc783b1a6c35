"""Tests mirror the packages. What they stand on: environment, stray, apart, postgres and conftest."""
