"""Charts of the figures: each is given what it shows and asks for nothing, so it stands on a page or on the wall.

Colours are the theme's, day, night and wall. Axes are pyqtgraph's, which is imported with the first chart.
"""
