"""How identifying somebody can fail."""

from backend.platform.errors import Conflict, Forbidden, NotFound, Unauthenticated


class NoCredentials(Unauthenticated):
    code, title = "no-credentials", "Log in first"


class CredentialsRefused(Unauthenticated):
    code, title = "credentials-refused", "These credentials are not accepted"


class RoleMissing(Forbidden):
    code, title = "role-missing", "Your role does not allow this"


class OrganisationNotFound(NotFound):
    code, title = "organisation-not-found", "There is no such organisation"


class EmailTaken(Conflict):
    code, title = "email-taken", "There is a user with this e-mail address already"
