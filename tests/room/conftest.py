from tests.factories.past import cell, commune, officer, officer_user, other, people, secretary
from tests.factories.village import sign_in, village

__all__ = ["cell", "commune", "officer", "officer_user", "other", "people", "secretary", "sign_in", "village"]
