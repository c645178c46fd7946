"""Pages of ratings: rounds and units (`rounds`), what is changed about a round (`settings`), one rating and its steps (`ratings`)."""
