"""What is typed in the room, split as the services are."""
