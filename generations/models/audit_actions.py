"""What the audit log knows by name, and how it is said; a new action is a line in two lists.

A name stays for ever once it was written down: rows of the log bear it.
"""

from collections.abc import Mapping, Sequence

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    SIGNED_IN = "signed-in", _("Signed in")
    SIGN_IN_FAILED = "sign-in-failed", _("Sign-in failed")
    SIGNED_OUT = "signed-out", _("Signed out")
    PASSWORD_CHANGED = "password-changed", _("Password changed")
    FIRST_ACCOUNT_MADE = "first-account-made", _("First account made")
    ACCOUNT_MADE = "account-made", _("Account made at the first sign-in")
    PERSON_INVITED = "person-invited", _("Person invited")
    INVITATION_REVOKED = "invitation-revoked", _("Invitation revoked")
    INVITATION_ACCEPTED = "invitation-accepted", _("Invitation accepted")
    ROLE_CHANGED = "role-changed", _("Role changed")
    PERSON_CHANGED = "person-changed", _("Name or e-mail changed")
    MODELS_PERMITTED = "models-permitted", _("Permitted models changed")
    PASSWORD_LINK_MADE = "password-link-made", _("Link for a new password made")
    SECOND_FACTOR_ADDED = "second-factor-added", _("Second step added")
    SECOND_FACTOR_REMOVED = "second-factor-removed", _("Second step removed")
    SECOND_FACTOR_RESET = "second-factor-reset", _("Second step reset by staff")
    RECOVERY_CODES_MADE = "recovery-codes-made", _("Recovery codes made")
    SESSIONS_ENDED = "sessions-ended", _("Signed out elsewhere")
    API_TOKEN_MADE = "api-token-made", _("API token made")
    API_TOKEN_REVOKED = "api-token-revoked", _("API token revoked")
    PERSON_DEACTIVATED = "person-deactivated", _("Person deactivated")
    PERSON_REACTIVATED = "person-reactivated", _("Person reactivated")
    PRICE_ADDED = "price-added", _("Price added")
    PRICES_IMPORTED = "prices-imported", _("Prices imported")
    PRICE_WITHDRAWN = "price-withdrawn", _("Price withdrawn before it began")
    MODEL_ADDED = "model-added", _("Model added")
    MODEL_CHANGED = "model-changed", _("Model changed")
    RULE_ADDED = "rule-added", _("Entry of the prompt check added")
    RULE_CHANGED = "rule-changed", _("Entry of the prompt check changed")
    PICTURE_DELETED = "picture-deleted", _("Picture deleted for good")
    TRASH_PURGED = "trash-purged", _("Trash emptied after its days")
    LINK_MADE = "link-made", _("Share link made")
    LINK_CHANGED = "link-changed", _("Share link changed")
    LINK_READDRESSED = "link-readdressed", _("Share link given a new address")
    LINK_REVOKED = "link-revoked", _("Share link revoked")
    LINK_LIMIT_SET = "link-limit-set", _("Longest time of share links set")
    GUEST_WORD_DELETED = "guest-word-deleted", _("What a guest left was deleted")
    ATTEMPT_SETTLED = "attempt-settled", _("Unconfirmed attempt settled")
    USAGE_IMPORTED = "usage-imported", _("Provider’s usage imported")
    USAGE_DROPPED = "usage-dropped", _("Import of provider’s usage removed")
    USAGE_BOOKED = "usage-booked", _("Differences to the provider’s usage booked")
    BUDGET_MADE = "budget-made", _("Budget made")
    BUDGET_CHANGED = "budget-changed", _("Budget changed")
    BUDGET_ENDED = "budget-ended", _("Budget ended")
    BUDGET_OVERRIDDEN = "budget-overridden", _("Submitted beyond a budget")
    PASS_GIVEN = "pass-given", _("Pass beyond the budgets given")
    PASS_USED = "pass-used", _("Pass beyond the budgets used")
    PASS_WITHDRAWN = "pass-withdrawn", _("Pass beyond the budgets withdrawn")
    PROJECT_MADE = "project-made", _("Project made")
    PROJECT_RENAMED = "project-renamed", _("Project renamed")
    PROJECT_CLOSED = "project-closed", _("Project closed")
    PROJECT_REOPENED = "project-reopened", _("Project opened again")
    PROJECT_DEFAULT_SET = "project-default-set", _("A person’s own project set")
    GENERATION_PROJECT_CHANGED = "generation-project-changed", _("Project of a generation changed")
    PROJECT_RULE_SET = "project-rule-set", _("Whether a project is required")
    MONTH_CLOSED = "month-closed", _("Month closed")
    SENDING_STOPPED = "sending-stopped", _("Sending stopped")
    SENDING_RESUMED = "sending-resumed", _("Sending resumed")
    PROVIDER_RESUMED = "provider-resumed", _("Paused provider tried again")


# How the filter of the log shows them; each action is in one group
GROUPS: Sequence[tuple[str | Promise, Sequence[Action]]] = [
    (
        _("Signing in"),
        [
            Action.SIGNED_IN,
            Action.SIGN_IN_FAILED,
            Action.SIGNED_OUT,
            Action.PASSWORD_CHANGED,
            Action.SECOND_FACTOR_ADDED,
            Action.SECOND_FACTOR_REMOVED,
            Action.RECOVERY_CODES_MADE,
        ],
    ),
    (
        _("Team"),
        [
            Action.FIRST_ACCOUNT_MADE,
            Action.ACCOUNT_MADE,
            Action.PERSON_INVITED,
            Action.INVITATION_REVOKED,
            Action.INVITATION_ACCEPTED,
            Action.ROLE_CHANGED,
            Action.PERSON_CHANGED,
            Action.MODELS_PERMITTED,
            Action.PASSWORD_LINK_MADE,
            Action.SECOND_FACTOR_RESET,
            Action.SESSIONS_ENDED,
            Action.API_TOKEN_MADE,
            Action.API_TOKEN_REVOKED,
            Action.PERSON_DEACTIVATED,
            Action.PERSON_REACTIVATED,
        ],
    ),
    (
        _("Models and prices"),
        [
            Action.PRICE_ADDED,
            Action.PRICES_IMPORTED,
            Action.PRICE_WITHDRAWN,
            Action.MODEL_ADDED,
            Action.MODEL_CHANGED,
        ],
    ),
    (
        _("Projects"),
        [
            Action.PROJECT_MADE,
            Action.PROJECT_RENAMED,
            Action.PROJECT_CLOSED,
            Action.PROJECT_REOPENED,
            Action.PROJECT_DEFAULT_SET,
            Action.PROJECT_RULE_SET,
            Action.GENERATION_PROJECT_CHANGED,
        ],
    ),
    (_("Prompt check"), [Action.RULE_ADDED, Action.RULE_CHANGED]),
    (_("Pictures"), [Action.PICTURE_DELETED, Action.TRASH_PURGED]),
    (
        _("Money"),
        [
            Action.ATTEMPT_SETTLED,
            Action.USAGE_IMPORTED,
            Action.USAGE_DROPPED,
            Action.USAGE_BOOKED,
            Action.MONTH_CLOSED,
        ],
    ),
    (
        _("Budgets"),
        [
            Action.BUDGET_MADE,
            Action.BUDGET_CHANGED,
            Action.BUDGET_ENDED,
            Action.BUDGET_OVERRIDDEN,
            Action.PASS_GIVEN,
            Action.PASS_USED,
            Action.PASS_WITHDRAWN,
        ],
    ),
    (
        _("Share links"),
        [
            Action.LINK_MADE,
            Action.LINK_CHANGED,
            Action.LINK_READDRESSED,
            Action.LINK_REVOKED,
            Action.LINK_LIMIT_SET,
            Action.GUEST_WORD_DELETED,
        ],
    ),
    (_("Sending"), [Action.SENDING_STOPPED, Action.SENDING_RESUMED, Action.PROVIDER_RESUMED]),
]

# The words for details; a name that is not here is said as it is
DETAILS: Mapping[str, str | Promise] = {
    "allow_download": _("Download"),
    "allow_review": _("Review"),
    "amount": _("Amount"),
    "browser": _("Browser"),
    "budget": _("Budget"),
    "charged": _("Charged"),
    "collection": _("Collection"),
    "count": _("Count"),
    "differences": _("Differences"),
    "days": _("Days"),
    "effective_from": _("Valid from"),
    "email": _("E-mail"),
    "expires_at": _("Open until"),
    "is_protected": _("Password"),
    "is_required": _("Required"),
    "frames": _("Pictures"),
    "generation": _("Generation"),
    "limit": _("Stops at"),
    "made_by": _("Made by"),
    "method": _("By"),
    "models": _("Models"),
    "name": _("Name"),
    "person": _("Person"),
    "reason": _("Reason"),
    "role": _("Role"),
    "show_author": _("Authors shown"),
    "show_prompt": _("Prompts shown"),
    "title": _("Title"),
    "unit": _("Unit"),
    "unit_price": _("Price"),
    "warn_at": _("Warns at"),
}
# Details whose values are words of ours, by name and value
VALUES: Mapping[tuple[str, str], str | Promise] = {
    ("method", "link"): _("a link of the staff"),
    ("method", "mfa"): _("second step"),
    ("method", "password"): _("password"),
    ("method", "socialaccount"): _("the team’s provider"),
    ("method", "totp"): _("authenticator app"),
    ("method", "webauthn"): _("passkey"),
    ("models", "all"): _("all"),
    ("models", "none"): _("none"),
    ("reason", "cancelled"): _("turned round at the provider"),
    ("reason", "different-people"): _("the provider spoke of different people"),
    ("reason", "not-invited"): _("not invited"),
    ("reason", "unknown"): _("the provider did not answer as it should"),
    ("reason", "unverified"): _("e-mail address not verified"),
    ("role", "member"): _("member"),
    ("role", "staff"): _("staff"),
}
# Details that are US dollars
AMOUNTS = frozenset({"amount", "limit", "unit_price", "warn_at"})


def action_label(name: str) -> str:
    """An action in words; the name itself where an older version wrote it."""
    return str(Action(name).label) if name in Action.values else name
