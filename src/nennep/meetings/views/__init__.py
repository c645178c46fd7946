"""Pages of meetings, split as the services are."""
