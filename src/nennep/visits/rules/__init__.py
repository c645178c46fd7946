"""What officials owe (`obligations`), what they did (`ledger`), whom the board must see first (`risk`)."""
