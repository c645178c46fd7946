"""What a person may do, as one list: `subject.action`, alphabetical.

The list stands in `core` because every context asks for one of these, and a permission
that is not here cannot be asked for. Which role holds which is `accounts/rules.py`.
"""

from enum import StrEnum


class Permission(StrEnum):
    ACCOUNTS_GRANT = "accounts.grant"
    ACCOUNTS_RESET = "accounts.reset"
    ADVICE_WRITE = "advice.write"
    AUDIT_READ = "audit.read"
    DOCUMENTS_READ = "documents.read"
    DOCUMENTS_WRITE = "documents.write"
    DUTIES_READ = "duties.read"
    DUTIES_WRITE = "duties.write"
    FIGURES_READ = "figures.read"
    MEETINGS_HOLD = "meetings.hold"
    MEETINGS_PREPARE = "meetings.prepare"
    MEETINGS_READ = "meetings.read"
    MEMBERS_IMPORT = "members.import"
    MEMBERS_READ = "members.read"
    MEMBERS_READ_SENSITIVE = "members.read_sensitive"
    MEMBERS_WRITE = "members.write"
    MINUTES_APPROVE = "minutes.approve"
    MINUTES_CORRECT = "minutes.correct"
    ORGANIZATIONS_CHANGE = "organizations.change"
    ORGANIZATIONS_READ = "organizations.read"
    PETITIONS_READ = "petitions.read"
    PETITIONS_SETTLE = "petitions.settle"
    PETITIONS_WRITE = "petitions.write"
    POLICIES_READ = "policies.read"
    POLICIES_WRITE = "policies.write"
    RATINGS_DECIDE = "ratings.decide"
    RATINGS_READ = "ratings.read"
    RATINGS_WRITE = "ratings.write"
    SCORES_CONFIRM = "scores.confirm"
    SCORES_READ = "scores.read"
    SCORES_WRITE = "scores.write"
    SYSTEM_READ = "system.read"
    VISITS_PLAN = "visits.plan"
    VISITS_READ = "visits.read"

    @property
    def is_write(self) -> bool:
        """It lets somebody change something; the others let them see it."""
        return not self.value.partition(".")[2].startswith("read")
