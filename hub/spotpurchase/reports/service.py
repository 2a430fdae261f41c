"""Reports of interviews: written, sent, read, given in views, answered. The front door for pages and the API."""

from hub.spotpurchase.reports.answers import acknowledge, answer_recommendation, answer_referral
from hub.spotpurchase.reports.drafts import Draft, StaleDraft, begin_correction, read_draft, save_draft
from hub.spotpurchase.reports.listing import children_in, export_reports, list_by_waits, list_reports
from hub.spotpurchase.reports.reading import (
    list_shares,
    read_report,
    read_share,
    report_seen,
    share_seen,
)
from hub.spotpurchase.reports.receiving import acknowledge_share, answer, ask
from hub.spotpurchase.reports.sharing import preview, recall, recipients, share
from hub.spotpurchase.reports.submitting import submit

__all__ = [
    "Draft",
    "StaleDraft",
    "acknowledge",
    "acknowledge_share",
    "answer",
    "answer_recommendation",
    "answer_referral",
    "ask",
    "begin_correction",
    "children_in",
    "export_reports",
    "list_by_waits",
    "list_reports",
    "list_shares",
    "preview",
    "read_draft",
    "read_report",
    "read_share",
    "recall",
    "recipients",
    "report_seen",
    "save_draft",
    "share",
    "share_seen",
    "submit",
]
