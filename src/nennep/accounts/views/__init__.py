"""Account pages of our own: codes (a new password from a printed code), users (accounts and roles)."""
