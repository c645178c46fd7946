"""What others ask of accounts: second factors, which are encrypted outside of an EncryptedTextField, when a key changes; who may what."""

from nennep.accounts.queries import find_actor
from nennep.accounts.services import rotate_second_factors
from nennep.core.access import Actor
from nennep.core.crypto import register_rotation
from nennep.organizations.services import register_find_actor

register_rotation(lambda: rotate_second_factors(actor=Actor.system()))
register_find_actor(find_actor)
