from django.urls import path

from nennep.operations import views

app_name = "operations"
urlpatterns = [
    path("", views.show_operations, name="show"),
]
