"""Pages of members, split as the services are."""
