"""Telling people (`sending`), what somebody does by hand or again (`deliveries`), devices (`push`), calendars (`feeds`)."""

from nennep.notifications.services.deliveries import NotByHand as NotByHand
from nennep.notifications.services.deliveries import NothingToResend as NothingToResend
from nennep.notifications.services.deliveries import mark_handed as mark_handed
from nennep.notifications.services.deliveries import mark_many_handed as mark_many_handed
from nennep.notifications.services.deliveries import resend_all as resend_all
from nennep.notifications.services.deliveries import resend_delivery as resend_delivery
from nennep.notifications.services.deliveries import take_back_handed as take_back_handed
from nennep.notifications.services.deliveries import take_back_many as take_back_many
from nennep.notifications.services.feeds import choose_cancelled as choose_cancelled
from nennep.notifications.services.feeds import make_feed as make_feed
from nennep.notifications.services.feeds import note_feed_read as note_feed_read
from nennep.notifications.services.feeds import revoke_feed as revoke_feed
from nennep.notifications.services.push import BadSubscription as BadSubscription
from nennep.notifications.services.push import Subscription as Subscription
from nennep.notifications.services.push import TooManyDevices as TooManyDevices
from nennep.notifications.services.push import subscribe_device as subscribe_device
from nennep.notifications.services.push import unsubscribe_device as unsubscribe_device
from nennep.notifications.services.sending import mark_all_read as mark_all_read
from nennep.notifications.services.sending import mark_read as mark_read
from nennep.notifications.services.sending import notify as notify
from nennep.notifications.services.sending import reach_people as reach_people
from nennep.notifications.services.sending import replace_notices as replace_notices
from nennep.notifications.services.transport import reconcile_deliveries as reconcile_deliveries
from nennep.notifications.services.transport import send_delivery as send_delivery
