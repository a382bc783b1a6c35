"""The page of what security is about."""
