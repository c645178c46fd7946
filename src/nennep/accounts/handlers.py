"""What others ask of accounts: second factors, which are encrypted outside of an EncryptedTextField, when a key changes; who may what."""

from nennep.accounts.queries import find_actor, list_holders
from nennep.accounts.services import rotate_second_factors, settle_roles
from nennep.core.access import Actor
from nennep.core.crypto import register_rotation
from nennep.organizations.services import register_find_actor, register_holders

register_rotation(lambda: rotate_second_factors(actor=Actor.system()))
register_find_actor(find_actor)
register_holders(list_holders, lambda actor, settling: settle_roles(actor=actor, settling=settling))
