"""The cells of the Customer Single View as typed values.

A cell is filled (`status: ok`) or says why it is not: `no_data` names the tables that the company lacks,
`not_yet` the model that will fill it. Amounts are won, shares are per cent, days are business dates.
The document that they make up is in `hannun.views.schema`.
"""

from hannun.views.cells.finance import CardLoans, Delinquency, Limits, Revolving, Statement, Statements, Voc, VocContact, VocKind
from hannun.views.cells.part import Filled, Gap, Message, Part
from hannun.views.cells.person import Card, Cards, Consent, Consents, Demographics, Household, Membership, Stage
from hannun.views.cells.spending import Change, Industries, Industry, Merchant, Merchants, Month, Months
from hannun.views.cells.value import Event, Events, Grade, Grades, PopulationGrade, Spending

__all__ = [
    "Card",
    "CardLoans",
    "Cards",
    "Change",
    "Consent",
    "Consents",
    "Delinquency",
    "Demographics",
    "Event",
    "Events",
    "Filled",
    "Gap",
    "Grade",
    "Grades",
    "Household",
    "Industries",
    "Industry",
    "Limits",
    "Membership",
    "Merchant",
    "Merchants",
    "Message",
    "Month",
    "Months",
    "Part",
    "PopulationGrade",
    "Revolving",
    "Spending",
    "Stage",
    "Statement",
    "Statements",
    "Voc",
    "VocContact",
    "VocKind",
]
