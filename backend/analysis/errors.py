"""How analyses can fail."""

from backend.platform.errors import Conflict, NotFound, Rejected


class AnalysisNotFound(NotFound):
    code, title = "analysis-not-found", "The call has no analysis"


class AnalysisAuditNotFound(NotFound):
    code, title = "audit-not-found", "Nothing is kept of what the model was asked"


class AnalysisSettingsInvalid(Rejected):
    code, title = "analysis-settings-invalid", "Calls cannot be analyzed with these settings"


class AnalysisSwitchedOff(Conflict):
    code, title = "analysis-switched-off", "Calls are not analyzed here"


class AnalysisBudgetUsedUp(Conflict):
    code, title = "analysis-budget-used-up", "The day's budget for analyses is used up"


class NothingToAnalyze(Conflict):
    code, title = "nothing-to-analyze", "There is nothing to analyze"
