"""The one door to the spreadsheet libraries. Import from the modules: `reader`, `writer`, `cells`, `errors`."""
