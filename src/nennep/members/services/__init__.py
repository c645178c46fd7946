"""Every write to members, split by noun: records, memberships, posts, merging, accounts; imports."""
