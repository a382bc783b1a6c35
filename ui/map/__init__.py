"""The map: one page built once, one live canvas layer, fed by deltas over a small bridge."""
