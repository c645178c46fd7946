"""Django's own console; people use `nennep` (src/nennep/site/console.py), which is the same thing."""

from nennep.site.console import main

if __name__ == "__main__":
    main()
