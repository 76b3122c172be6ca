"""Every address of the product; each has a line in tests/pages/test_permissions.py."""

from django.urls import path

from generations.views import errors, files, gallery, images, theme

# Sign-in pages of allauth that need mail or open registration; generations.urls comes first
NOT_OFFERED = ["signup/", "email/", "confirm-email/", "password/reset/", "login/code/confirm/"]

urlpatterns = [
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/more/", gallery.gallery_more, name="gallery-more"),
    path("gallery/news/", gallery.gallery_news, name="gallery-news"),
    path("images/<uuid:image_id>/", images.image, name="image"),
    path("images/<uuid:image_id>/file/", files.image_file, name="image-file"),
    path("images/<uuid:image_id>/download/", files.image_download, name="image-download"),
    path("images/<uuid:image_id>/thumbnail/", files.image_thumbnail, name="image-thumbnail"),
    path("theme/", theme.theme, name="theme"),
    *(path(f"account/{address}", errors.not_found) for address in NOT_OFFERED),
]
