"""What a browser says when it wants to be told."""

from django import forms

from nennep.core.forms import TypedLineField
from nennep.notifications.choices import ENDPOINT_LIMIT
from nennep.notifications.services import Subscription


class SubscriptionForm(forms.Form):
    """Filled in by the script of the page; whether it can be true is asked by the service."""

    endpoint = forms.CharField(max_length=ENDPOINT_LIMIT)
    p256dh = forms.CharField(max_length=200)
    auth = forms.CharField(max_length=100)
    device = TypedLineField(max_length=100, required=False)

    def subscription(self) -> Subscription:
        """The form is valid."""
        return Subscription(**self.cleaned_data)
