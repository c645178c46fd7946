"""Reading: one's own notices (`notices`), what was sent in a unit's name (`deliveries`), devices and calendar (`devices`)."""

from nennep.notifications.queries.deliveries import DeliveryRow as DeliveryRow
from nennep.notifications.queries.deliveries import HandRow as HandRow
from nennep.notifications.queries.deliveries import count_by_channel as count_by_channel
from nennep.notifications.queries.deliveries import count_waiting as count_waiting
from nennep.notifications.queries.deliveries import find_last_ticked as find_last_ticked
from nennep.notifications.queries.deliveries import get_delivery as get_delivery
from nennep.notifications.queries.deliveries import get_unit as get_unit
from nennep.notifications.queries.deliveries import list_by_hand as list_by_hand
from nennep.notifications.queries.deliveries import list_deliveries_of as list_deliveries_of
from nennep.notifications.queries.deliveries import list_undelivered as list_undelivered
from nennep.notifications.queries.devices import find_feed as find_feed
from nennep.notifications.queries.devices import find_own_feed as find_own_feed
from nennep.notifications.queries.devices import get_own_device as get_own_device
from nennep.notifications.queries.devices import list_own_devices as list_own_devices
from nennep.notifications.queries.devices import read_public_push_key as read_public_push_key
from nennep.notifications.queries.devices import read_push_key as read_push_key
from nennep.notifications.queries.notices import count_unread as count_unread
from nennep.notifications.queries.notices import get_notification as get_notification
from nennep.notifications.queries.notices import list_notifications as list_notifications
from nennep.notifications.queries.ways import PersonWays as PersonWays
from nennep.notifications.queries.ways import Way as Way
from nennep.notifications.queries.ways import plan_ways as plan_ways
