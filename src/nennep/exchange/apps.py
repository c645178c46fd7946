from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "nennep.exchange"
