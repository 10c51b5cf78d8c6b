"""allauth's forms in the house's words; settings name them. Which address and password are right, allauth decides."""

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp

from beacons.core.forms import HouseForm
from beacons.directory.forms import NEW_PASSWORD


class LoginForm(HouseForm, account.LoginForm):
    labels = {"login": "Email address"}
    hints = {"login": "The work address your council or body gave us.", "password": ""}


class ResetPasswordForm(HouseForm, account.ResetPasswordForm):
    labels = {"email": "Email address"}


class ResetPasswordKeyForm(HouseForm, account.ResetPasswordKeyForm):
    labels = {"password1": "New password", "password2": "New password, once more"}
    hints = {"password1": NEW_PASSWORD}


class ChangePasswordForm(HouseForm, account.ChangePasswordForm):
    labels = {
        "oldpassword": "The password you have now",
        "password1": "New password",
        "password2": "New password, once more",
    }
    hints = {"oldpassword": "", "password1": NEW_PASSWORD}


class SetPasswordForm(HouseForm, account.SetPasswordForm):
    labels = {"password1": "Password", "password2": "Password, once more"}
    hints = {"password1": NEW_PASSWORD}


class ReauthenticateForm(HouseForm, account.ReauthenticateForm):
    hints = {"password": ""}


class CodeForm(HouseForm, mfa.AuthenticateForm):
    labels = {"code": "Code from your authenticator app"}
    hints = {"code": "Six numbers. Without your phone, use one of your recovery codes."}


class ReauthenticateCodeForm(HouseForm, mfa.ReauthenticateForm):
    labels = {"code": "Code from your authenticator app"}
    hints = {"code": "Six numbers. Without your phone, use one of your recovery codes."}


class ActivateForm(HouseForm, totp.ActivateTOTPForm):
    labels = {"code": "Code from the app"}
    hints = {"code": "Six numbers, new every half minute."}
