"""How much a file may be. A commune has hundreds of members, a province about a hundred thousand."""

FILE_BYTES = 20 * 1024 * 1024
EXPANDED_BYTES = 160 * 1024 * 1024  # all parts of a zipped spreadsheet together; 50,000 members take 30 MB
ENTRY_RATIO = 200  # inflated to deflated size of one part; real sheets reach about 30
RATIO_COUNTS_FROM = 8 * 1024 * 1024  # small parts may compress as they like
ENTRIES = 2_000
CELLS = 3_000_000
LINE_LENGTH = 200_000  # of delimited text; a longer line is no table
CHILD_MEMORY = 280 * 1024 * 1024
CHILD_SECONDS = 10
