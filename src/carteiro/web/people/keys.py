"""What a browser says for a security key."""

from django import forms

from carteiro.web.look.forms import Form


class KeyForm(Form):
    """The answer of a key to a challenge, as JSON (WebAuthn Level 3, section 5.1.8)."""

    answer = forms.JSONField(widget=forms.HiddenInput)
    name = forms.CharField(required=False, max_length=60)
