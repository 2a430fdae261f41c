// Says to the stylesheet that scripts run; the policy of the pages allows none inside a page.
document.body.className += " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
