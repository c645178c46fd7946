"""Pages of ratings: rounds and units (`rounds`), one rating and its steps (`ratings`)."""
