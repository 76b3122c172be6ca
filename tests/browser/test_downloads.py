"""Downloads from the site as it runs, over real connections."""

import io
import zipfile

from django.contrib.auth.models import User
from playwright.sync_api import Page

from tests.pages.delivering import deliver


def test_a_download_that_broke_off_goes_on_where_it_stopped(signed_in: Page, ana: User):
    first, second = deliver(ana, pictures=2).images.all()
    signed_in.goto(f"/images/{first.uuid}/")
    token = signed_in.locator("[name=csrfmiddlewaretoken]").first.input_value()
    form = {"csrfmiddlewaretoken": token, "images": f"{first.uuid},{second.uuid}"}
    bundle = signed_in.request.post("/bundles/", form=form, headers={"Referer": signed_in.url})
    download = f"/images/{first.uuid}/download/"
    for address in (download, f"{download}?form=png&is_told=on", bundle.url):
        whole = signed_in.request.get(address).body()
        rest = signed_in.request.get(address, headers={"Range": "bytes=50-"})
        assert rest.status == 206
        assert whole[:50] + rest.body() == whole
    assert zipfile.ZipFile(io.BytesIO(whole)).testzip() is None
