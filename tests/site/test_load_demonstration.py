import pytest
from django.core.management import CommandError, call_command

from nennep.organizations.models import Organization
from tests.factories.organizations import make_unit


@pytest.mark.django_db
def test_an_installation_with_units_is_left_alone() -> None:
    make_unit("Đảng bộ xã")
    with pytest.raises(CommandError, match="còn trống"):
        call_command("load_demonstration")
    assert Organization.objects.count() == 1
