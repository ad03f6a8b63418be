"""Django's way to have the person of a session; who signs in is decided by hosting/people/sign_in.py."""

from django.contrib.auth.backends import BaseBackend

from carteiro.hosting.models import Person


class AddressBackend(BaseBackend):
    """People by their number, as long as they may be here."""

    def get_user(self, user_id: int) -> Person | None:
        """The person of a session, as long as there is something here that is theirs."""
        person = Person.objects.filter(pk=user_id).first()
        return person if person is not None and person.is_active else None
