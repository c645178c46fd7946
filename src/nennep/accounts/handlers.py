"""What others ask of accounts: second factors when a key changes, which no EncryptedTextField encrypts; who may what, or could."""

from nennep.accounts.queries import explain_end, find_actor, list_holders
from nennep.accounts.services import rotate_second_factors, settle_roles
from nennep.core.access import Actor
from nennep.core.crypto import register_rotation
from nennep.core.refusals import register_explanation
from nennep.organizations.services import register_find_actor, register_holders

register_explanation(explain_end)
register_rotation(lambda: rotate_second_factors(actor=Actor.system()))
register_find_actor(find_actor)
register_holders(list_holders, lambda actor, settling: settle_roles(actor=actor, settling=settling))
