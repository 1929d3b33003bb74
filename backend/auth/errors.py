"""How identifying somebody can fail, and what accounts say no to."""

from backend.platform.errors import Conflict, Forbidden, NotFound, Rejected, Unauthenticated


class NoCredentials(Unauthenticated):
    code, title = "no-credentials", "Log in first"


class CredentialsRefused(Unauthenticated):
    code, title = "credentials-refused", "These credentials are not accepted"


class RoleMissing(Forbidden):
    code, title = "role-missing", "Your role does not allow this"


class PersonNeeded(Forbidden):
    code, title = "person-needed", "An API key cannot do this"


class CrossSiteRefused(Forbidden):
    code, title = "cross-site-refused", "Another site may not do this with your session"


class OrganisationNotFound(NotFound):
    code, title = "organisation-not-found", "There is no such organisation"


class SlugTaken(Conflict):
    code, title = "slug-taken", "There is an organisation with this slug already"


class UserNotFound(NotFound):
    code, title = "user-not-found", "There is no such user"


class EmailTaken(Conflict):
    code, title = "email-taken", "There is a user with this e-mail address already"


class LastAdministrator(Conflict):
    code, title = "last-administrator", "An organisation needs an administrator"


class UserDeactivated(Conflict):
    code, title = "user-deactivated", "The user is deactivated"


class PasswordRefused(Rejected):
    code, title = "password-refused", "The password cannot be changed like this"


class PasswordLinkRefused(Rejected):
    code, title = "password-link-refused", "The link is not valid any more"


class KeyRefused(Rejected):
    code, title = "key-refused", "The key is not accepted where it is for"


class ApiKeyRefused(Rejected):
    code, title = "api-key-refused", "The API key cannot be made like this"


class ApiKeyNotFound(NotFound):
    code, title = "api-key-not-found", "There is no such API key"
