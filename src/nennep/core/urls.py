from django.urls import path

from nennep.core import views

app_name = "core"
urlpatterns = [
    path("giao-dien/co-chu/", views.set_size, name="set_size"),
    path("giao-dien/nen/", views.set_theme, name="set_theme"),
    path("giao-dien/ngon-ngu/", views.set_language, name="set_language"),
    path("gui-lai/", views.show_kept_form, name="show_kept_form"),
    path("thanh-phan/", views.show_gallery, name="gallery"),  # only with NENNEP_DEBUG=1
]
