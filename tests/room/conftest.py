from tests.factories.village import sign_in, village

__all__ = ["sign_in", "village"]
