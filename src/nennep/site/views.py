"""The home page: each person is sent to the question that is theirs."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from nennep.core.http import ActorRequest


@require_safe
@login_required
def show_home(request: ActorRequest) -> HttpResponse:
    return render(request, "core/base.html")
