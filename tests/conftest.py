"""What every test stands on. The environment comes first: Qt reads it once."""

pytest_plugins = ["tests.environment", "tests.stray", "tests.apart", "tests.postgres", "tests.house", "tests.passwords"]
