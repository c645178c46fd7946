"""Pages of telling people: own notices (`notices`), what was sent (`deliveries`), devices and calendar (`devices`)."""
