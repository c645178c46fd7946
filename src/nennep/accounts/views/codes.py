"""Setting a new password with a printed code, without being signed in."""

from http import HTTPStatus

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from nennep.accounts import services
from nennep.accounts.forms import RedeemForm
from nennep.core import clock
from nennep.core.answers import answer_form
from nennep.core.forms import posted


@never_cache
@sensitive_post_parameters("code", "password")
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """The code may stand behind the # of the address (QR): the browser keeps it, the script puts it into its field."""
    form = RedeemForm(posted(request))
    if form.is_valid() and not ratelimit.consume(request, action="redeem_code"):
        form.add_error(None, _("Đã thử nhiều lần. Hãy chờ 15 phút rồi thử lại."))
        return render(request, "accounts/enter_code.html", {"form": form}, status=HTTPStatus.TOO_MANY_REQUESTS)
    return answer_form(
        request,
        form,
        lambda: services.redeem_code(**form.cleaned_data, now=clock.now()),
        then=reverse("account_login"),
        message=_("Đã đặt mật khẩu mới. Mời đồng chí đăng nhập."),
        template="accounts/enter_code.html",
        context={},
    )
