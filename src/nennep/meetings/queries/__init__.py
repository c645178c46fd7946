"""Every read of meetings, split as the services are."""
