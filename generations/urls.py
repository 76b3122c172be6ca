"""One list for each prefix; the project's own urls.py puts them under the root."""

from django.urls import include, path, re_path

from generations.views import (
    account,
    audit_log,
    budgets,
    collections,
    compare,
    cost_generations,
    cost_tables,
    costs,
    downloads,
    drafts,
    entrance,
    errors,
    events,
    favourites,
    files,
    gallery,
    gallery_choice,
    generations,
    health,
    images,
    keys,
    language,
    months,
    people,
    presets,
    prices,
    projects,
    prompt_check,
    references,
    sending,
    setup,
    share_links,
    share_making,
    share_reviews,
    single_sign_on,
    studio,
    team,
    theme,
    tokens,
    trash,
    unconfirmed,
    usage_imports,
)
from generations.views.shared import acts as shared_acts
from generations.views.shared import files as shared_files
from generations.views.shared import pages as shared_pages

studio_urls = [
    path("", studio.studio, name="studio"),
    path("composer/", studio.composer, name="composer"),
    path("draft/", drafts.draft, name="draft"),
    path("estimate/", studio.estimate, name="estimate"),
    path("prompt-check/", prompt_check.prompt_check, name="prompt-check"),
    path("under-way/", studio.under_way, name="under-way"),
    path("finished/", studio.finished, name="finished"),
    path("events/", events.events, name="events"),
]

generation_urls = [
    path("", generations.generations, name="generations"),
    path("<uuid:generation_id>/", generations.generation, name="generation"),
    path("<uuid:generation_id>/card/", generations.card, name="generation-card"),
    path("<uuid:generation_id>/story/", generations.story, name="generation-story"),
    path("<uuid:generation_id>/status/", generations.status, name="generation-status"),
    path(
        "<uuid:generation_id>/cancellation/",
        generations.cancellation,
        name="generation-cancellation",
    ),
    path("<uuid:generation_id>/retries/", generations.retries, name="generation-retries"),
    path("<uuid:generation_id>/project/", generations.project, name="generation-project"),
    path("<uuid:generation_id>/partials/<int:slot>/", generations.partial, name="partial-picture"),
]

reference_urls = [
    path("", references.references, name="references"),
    path("<uuid:reference_id>/masks/", references.masks, name="reference-masks"),
    path("<uuid:reference_id>/file/", references.reference_file, name="reference-file"),
]

preset_urls = [
    path("", presets.presets, name="presets"),
    path("<uuid:preset_id>/", presets.preset, name="preset"),
    path("<uuid:preset_id>/deletion/", presets.deletion, name="preset-deletion"),
]

budget_urls = [
    path("", budgets.budgets, name="budgets"),
    path("passes/", budgets.passes, name="budget-passes"),
    path("passes/<int:pass_id>/withdrawal/", budgets.withdrawal, name="budget-pass-withdrawal"),
    path("<uuid:budget_id>/", budgets.budget, name="budget"),
    path("<uuid:budget_id>/ending/", budgets.ending, name="budget-ending"),
]

price_urls = [
    path("", prices.prices, name="prices"),
    path("table/", prices.prices_table, name="prices-table"),
    path("files/", prices.price_files, name="price-files"),
    path("<int:price_id>/withdrawal/", prices.withdrawal, name="price-withdrawal"),
]

project_urls = [
    path("", projects.projects, name="projects"),
    path("rule/", projects.rule, name="project-rule"),
    path("defaults/", projects.defaults, name="project-defaults"),
    path("default/", projects.default, name="project-default"),
    path("<uuid:project_id>/", projects.project, name="project"),
    path("<uuid:project_id>/closing/", projects.closing, name="project-closing"),
    path("<uuid:project_id>/reopening/", projects.reopening, name="project-reopening"),
]

gallery_urls = [
    path("", gallery.gallery, name="gallery"),
    path("more/", gallery.gallery_more, name="gallery-more"),
    path("news/", gallery.gallery_news, name="gallery-news"),
    path("choice/", gallery_choice.gallery_choice, name="gallery-choice"),
]

image_urls = [
    path("<uuid:image_id>/", images.image, name="image"),
    path("<uuid:image_id>/file/", files.image_file, name="image-file"),
    path("<uuid:image_id>/download/", downloads.image_download, name="image-download"),
    path("<uuid:image_id>/thumbnail/", files.image_thumbnail, name="image-thumbnail"),
    path("<uuid:image_id>/favourite/", favourites.favourite, name="favourite"),
    path("<uuid:image_id>/references/", references.image_references, name="image-references"),
]

bundle_urls = [
    path("", downloads.bundles, name="bundles"),
    path("<uuid:bundle_id>/", downloads.bundle, name="bundle"),
]

collection_urls = [
    path("", collections.collections, name="collections"),
    path("additions/", collections.additions, name="collection-additions"),
    path("<uuid:collection_id>/", collections.collection, name="collection"),
    path("<uuid:collection_id>/deletion/", collections.deletion, name="collection-deletion"),
    path("<uuid:collection_id>/removals/", collections.removals, name="collection-removals"),
    path("<uuid:collection_id>/order/", collections.order, name="collection-order"),
    path("<uuid:collection_id>/cover/", collections.cover, name="collection-cover"),
    path(
        "<uuid:collection_id>/bundles/", collections.collection_bundles, name="collection-bundles"
    ),
]

share_link_urls = [
    path("", share_links.mine, name="share-links"),
    path("new/", share_making.new, name="new-share-link"),
    path("making/", share_making.making, name="share-link-making"),
    path("limit/", share_links.limit, name="share-link-limit"),
    path("revocations/", share_links.revocations, name="share-link-revocations"),
    path("<uuid:link_id>/", share_links.link, name="share-link"),
    path("<uuid:link_id>/address/", share_links.address, name="share-link-address"),
    path("<uuid:link_id>/revocation/", share_links.revocation, name="share-link-revocation"),
    path("<uuid:link_id>/reviews/", share_reviews.table, name="share-reviews"),
    path(
        "<uuid:link_id>/reviews/<int:review_id>/hiding/",
        share_reviews.hiding,
        name="share-review-hiding",
    ),
    path(
        "<uuid:link_id>/reviews/<int:review_id>/deletion/",
        share_reviews.deletion,
        name="share-review-deletion",
    ),
]

# The one public prefix: every address of a link dies with it
shared_urls = [
    path("language/", language.shared_language, name="shared-language"),
    path("<str:token>/", shared_pages.page, name="shared"),
    path("<str:token>/password/", shared_acts.password, name="shared-password"),
    path("<str:token>/preview/", shared_files.preview, name="shared-preview"),
    path("<str:token>/zip/", shared_files.archive, name="shared-archive"),
    path("<str:token>/pictures/<uuid:image_id>/", shared_pages.picture, name="shared-picture"),
    path(
        "<str:token>/pictures/<uuid:image_id>/thumbnail/",
        shared_files.thumbnail,
        name="shared-thumbnail",
    ),
    path("<str:token>/pictures/<uuid:image_id>/large/", shared_files.large, name="shared-large"),
    path(
        "<str:token>/pictures/<uuid:image_id>/download/",
        shared_files.download,
        name="shared-download",
    ),
    path("<str:token>/pictures/<uuid:image_id>/review/", shared_acts.review, name="shared-review"),
]

trash_urls = [
    path("", trash.trash, name="trash"),
    path("restorations/", trash.restorations, name="trash-restorations"),
    path("deletions/", trash.deletions, name="trash-deletions"),
]

unconfirmed_urls = [
    path("", unconfirmed.unconfirmed, name="unconfirmed"),
    path("settlements/", unconfirmed.settlements, name="settlements"),
    path("<uuid:attempt_id>/settlement/", unconfirmed.settlement, name="settlement"),
]

usage_import_urls = [
    path("", usage_imports.usage_imports, name="usage-imports"),
    path("<uuid:import_id>/", usage_imports.usage_import, name="usage-import"),
    path("<uuid:import_id>/columns/", usage_imports.usage_columns, name="usage-columns"),
    path("<uuid:import_id>/bookings/", usage_imports.usage_bookings, name="usage-bookings"),
    path(
        "<uuid:import_id>/deletion/",
        usage_imports.usage_import_deletion,
        name="usage-import-deletion",
    ),
    path(
        "<uuid:import_id>/differences.csv",
        usage_imports.usage_differences,
        name="usage-differences",
    ),
]

month_urls = [
    path("", months.months, name="months"),
    path("<slug:month>/", months.month, name="month"),
    path("<slug:month>/closing/", months.month_closing, name="month-closing"),
]

sending_urls = [
    path("", sending.sending, name="sending"),
    path("stops/", sending.stops, name="sending-stops"),
    path("resumption/", sending.resumption, name="sending-resumption"),
    path("<slug:provider>/resumption/", sending.provider_resumption, name="provider-resumption"),
]

account_urls = [
    path("", account.account, name="account"),
    # The library's lists of second steps: all of them stand on the account page
    path("2fa/", account.second_factor, name="second-factor"),
    path("2fa/webauthn/", account.second_factor, name="second-factor-keys"),
    path("oidc/<slug:provider_id>/login/", single_sign_on.sign_in, name="openid_connect_login"),
    path(
        "oidc/<slug:provider_id>/login/callback/",
        single_sign_on.callback,
        name="openid_connect_callback",
    ),
    path("oidc/canceled/", single_sign_on.canceled, name="socialaccount_login_cancelled"),
    path("tokens/", tokens.tokens, name="api-tokens"),
    path("tokens/<uuid:token_id>/revocation/", tokens.revocation, name="api-token-revocation"),
    path("sessions/ends/", account.session_ends, name="session-ends"),
    path("sessions/<int:session_id>/end/", account.session_end, name="session-end"),
]

team_urls = [
    path("", team.team, name="team"),
    path("invitations/", team.invitations, name="invitations"),
    path(
        "invitations/<uuid:invitation_id>/revocation/",
        team.revocation,
        name="invitation-revocation",
    ),
    path("people/<int:person_id>/", people.person, name="person"),
    path("people/<int:person_id>/role/", people.role, name="person-role"),
    path("people/<int:person_id>/models/", people.models, name="person-models"),
    path(
        "people/<int:person_id>/password-links/",
        people.password_links,
        name="person-password-links",
    ),
    path(
        "people/<int:person_id>/second-factor-reset/",
        people.second_factor_reset,
        name="person-second-factor-reset",
    ),
    path("people/<int:person_id>/sign-out/", people.sign_out, name="person-sign-out"),
    path("people/<int:person_id>/deactivation/", people.deactivation, name="person-deactivation"),
    path("people/<int:person_id>/reactivation/", people.reactivation, name="person-reactivation"),
    path("audit-log/", audit_log.audit_log, name="audit-log"),
    path("audit-log/table/", audit_log.audit_log_table, name="audit-log-table"),
]

cost_urls = [
    path("", costs.costs, name="costs"),
    path("generations/", cost_generations.cost_generations, name="cost-generations"),
    path(
        "generations/table/",
        cost_generations.cost_generations_table,
        name="cost-generations-table",
    ),
    path("tables/<slug:table>/", cost_tables.cost_table, name="cost-table"),
    path("mine/", costs.my_costs, name="my-costs"),
    path("mine/generations/", cost_generations.my_cost_generations, name="my-cost-generations"),
    path(
        "mine/generations/table/",
        cost_generations.my_cost_generations_table,
        name="my-cost-generations-table",
    ),
    path("mine/tables/<slug:table>/", cost_tables.my_cost_table, name="my-cost-table"),
]

# Pages of allauth that need mail or open registration; this stands before allauth's own
NOT_OFFERED = r"^(signup|email|confirm-email|password/reset|login/code)/"

urlpatterns = [
    path("", include(studio_urls)),
    path("generations/", include(generation_urls)),
    path("references/", include(reference_urls)),
    path("presets/", include(preset_urls)),
    path("budgets/", include(budget_urls)),
    path("prices/", include(price_urls)),
    path("projects/", include(project_urls)),
    path("gallery/", include(gallery_urls)),
    path("images/", include(image_urls)),
    path("bundles/", include(bundle_urls)),
    path("collections/", include(collection_urls)),
    path("share-links/", include(share_link_urls)),
    path("s/", include(shared_urls)),
    path("compare/", compare.compare, name="compare"),
    path("favourites/", favourites.favourites, name="favourites"),
    path("trash/", include(trash_urls)),
    path("unconfirmed/", include(unconfirmed_urls)),
    path("costs/months/", include(month_urls)),
    path("costs/usage-imports/", include(usage_import_urls)),
    path("invitations/<str:token>/", entrance.invitation, name="invitation"),
    path("account/new-password/<str:uid>/<str:token>/", entrance.new_password, name="new-password"),
    path("account/", include(account_urls)),
    path("account/", include([re_path(NOT_OFFERED, errors.not_found)])),
    path("sending/", include(sending_urls)),
    path("costs/", include(cost_urls)),
    path("team/", include(team_urls)),
    path("setup/<str:token>/", setup.setup, name="setup"),
    path("theme/", theme.theme, name="theme"),
    path("language/", language.language, name="language"),
    path("keys/", keys.keys, name="keys"),
    path("healthz/", health.alive, name="alive"),
    path("readyz/", health.ready, name="ready"),
]
