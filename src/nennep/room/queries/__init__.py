"""Every read of the room, split as the services are."""
