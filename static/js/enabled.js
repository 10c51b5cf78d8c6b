// Before anything is drawn: say that scripts run, so that the styles that need them apply.
document.body.className += " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
