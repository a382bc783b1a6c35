"""The Qt application. It never imports SQLAlchemy: it reads the picture and asks through the backstage."""
