"""Who belongs to the district: an administrator's page."""
