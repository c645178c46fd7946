"""Adapters to what stands outside: SMS gateways, push services. Plain data in; they raise OSError when it did not work."""
