"""The demonstration: Lâm Bình as the article shared/seeds/000 describes it, with invented persons, without the district it was then.

24 organisations directly below, 136 cells, 2,793 members; Lăng Can with its 32 cells as the mockups draw them; twelve months
that are over and the month in progress. Deterministic for one day: the same `today` gives the same rows. The records are
written in bulk, which is why this package, alone outside the contexts, may import their models.

`tree` units · `people` names and persons · `members` the rolls · `months` meetings with everything that belongs to them ·
`programmes` what they talk about · `preparation` themes, pre-meetings ·
`duties` tasks · `accounts` who can sign in · `load` the order of it all. Texts stand in the `.toml` files.
"""
