"""How a reader may want the pages: the choices and the cookies that keep them."""

SIZES = frozenset({"1", "2", "3"})
THEMES = frozenset({"light", "dark"})
SIZE_COOKIE = "nn-size"
THEME_COOKIE = "nn-theme"
COOKIE_AGE = 60 * 60 * 24 * 365
