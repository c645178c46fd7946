"""Reading ratings: doors (`doors`), who is rated where (`subjects`), the year's facts (`facts`), what comes first (`order`)."""
