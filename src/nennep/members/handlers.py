"""What units ask members."""

from nennep.members.queries import count_residents
from nennep.organizations.services import register_resident_count

register_resident_count(count_residents)
