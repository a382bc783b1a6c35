"""What the people of a simulated day do, by the part they play."""
