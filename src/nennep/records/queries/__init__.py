"""Every read of what stays, split as the services are."""
