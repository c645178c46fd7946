"""What a change of keys asks of accounts: their second factors are encrypted outside of an EncryptedTextField."""

from nennep.accounts.services import rotate_second_factors
from nennep.core.access import Actor
from nennep.core.crypto import register_rotation

register_rotation(lambda: rotate_second_factors(actor=Actor.system()))
