from generations.models.api_token import ApiToken
from generations.models.audit import AuditEntry
from generations.models.budget import (
    Budget,
    BudgetAccount,
    BudgetPass,
    BudgetSum,
    BudgetWarning,
)
from generations.models.bundle import Bundle, Copy
from generations.models.cache_entry import CacheEntry
from generations.models.collection import Collection, CollectionItem
from generations.models.favourite import Favourite
from generations.models.generation import Attempt, Generation
from generations.models.image import (
    Delivery,
    OutputImage,
    Ratio,
    ReferenceImage,
    ReferenceUse,
    SearchText,
)
from generations.models.image_model import ImageModel
from generations.models.ledger import LedgerEntry
from generations.models.mail import Mail
from generations.models.month import ClosedMonth
from generations.models.preset import Draft, Preset
from generations.models.pricing import PriceListItem
from generations.models.project import Project, ProjectDefault, ProjectRule
from generations.models.prompt_rule import PromptRule
from generations.models.sending import ProviderHealth, SendingStop
from generations.models.settlement import Settlement
from generations.models.share_guest import ShareDay, ShareReview, ShareTries, ShareVisitor
from generations.models.share_link import ShareLimit, ShareLink, ShareLinkItem
from generations.models.spend import (
    DailySpend,
    GenerationSpend,
    MonthlySpend,
    PastSpend,
    PastSpendChange,
    SpendGroup,
    SpendZone,
)
from generations.models.team import Invitation, Membership
from generations.models.usage_import import (
    UsageColumns,
    UsageDifference,
    UsageImport,
    UsageLine,
)
from generations.models.worker import Worker

__all__ = [
    "ApiToken",
    "Attempt",
    "AuditEntry",
    "Budget",
    "BudgetAccount",
    "BudgetPass",
    "BudgetSum",
    "BudgetWarning",
    "Bundle",
    "CacheEntry",
    "ClosedMonth",
    "Collection",
    "CollectionItem",
    "Copy",
    "DailySpend",
    "Delivery",
    "Draft",
    "Favourite",
    "Generation",
    "GenerationSpend",
    "ImageModel",
    "Invitation",
    "LedgerEntry",
    "Mail",
    "Membership",
    "MonthlySpend",
    "OutputImage",
    "PastSpend",
    "PastSpendChange",
    "Preset",
    "PriceListItem",
    "Project",
    "ProjectDefault",
    "ProjectRule",
    "PromptRule",
    "ProviderHealth",
    "Ratio",
    "ReferenceImage",
    "ReferenceUse",
    "SearchText",
    "SendingStop",
    "Settlement",
    "ShareDay",
    "ShareLimit",
    "ShareLink",
    "ShareLinkItem",
    "ShareReview",
    "ShareTries",
    "ShareVisitor",
    "SpendGroup",
    "SpendZone",
    "UsageColumns",
    "UsageDifference",
    "UsageImport",
    "UsageLine",
    "Worker",
]
