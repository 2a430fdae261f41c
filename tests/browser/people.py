"""What a person does at a browser: the ways through sign-in, in the words that stand on the pages."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import CDPSession, Page, expect

from tests.access.visiting import PASSWORD, Phone


@dataclass
class Somebody:
    """Pat, who does not exist, at one browser."""

    address: str
    email: str
    page: Page
    phone: Phone | None = None
    codes: list[str] = field(default_factory=list)

    def opens(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.address + path)

    def presses(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def types(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def arrives(self, path: str) -> None:
        """Wait until the browser is at *path*, wherever scripts and forms lead it on the way."""
        self.page.wait_for_url(self.address + path)

    def sees(self, heading: str) -> None:
        """The page under this heading is there, or comes soon."""
        expect(self.page.locator("h1")).to_have_text(heading)

    def reads(self, words: str) -> None:
        """These words are on the page, or come soon."""
        expect(self.page.locator("main")).to_contain_text(words)

    def reads_nothing_of(self, words: str) -> None:
        """These words are not on the page, or go soon."""
        expect(self.page.locator("main")).not_to_contain_text(words)

    def is_refused(self, button: str) -> None:
        """Press the button of a form in which something is missing or wrong: the page comes again, and says what."""
        self.presses(button)
        self.reads("There is a problem")

    # --- whole ways

    def accepts(self, link: str) -> None:
        """Follow an invitation and choose a password."""
        self.opens(link)
        self.types("Password", PASSWORD)
        self.presses("Go on")

    def sets_up_an_app(self) -> None:
        """From the page that offers it to the recovery codes."""
        self.presses("Set up an app")
        self.confirms_the_app()

    def confirms_the_app(self) -> None:
        """Give the key to the telephone, and the telephone's code to the page."""
        self.phone = Phone(self.page.locator(".hub-key").inner_text().replace(" ", ""))
        self.types("Code", self.phone.code())
        self.presses("Confirm the app")
        self.sees("Your recovery codes")
        self.codes = self.page.locator(".hub-codes code").all_inner_texts()

    def joins(self, link: str) -> None:
        self.accepts(link)
        self.sets_up_an_app()

    def gives_password(self) -> None:
        self.opens("/sign-in")
        self.types("E-mail address", self.email)
        self.types("Password", PASSWORD)
        self.presses("Go on")

    def signs_in(self, phone: Phone) -> None:
        self.gives_password()
        self.types("Code", phone.code())
        self.presses("Sign in")

    def signs_out(self) -> None:
        self.opens("/account")
        self.presses("Sign out")
        self.sees("You are signed out")

    def device(self, **other: Any) -> "Device":
        """An authenticator at this browser, whose owner is verified without being asked."""
        return Device(self.page, other)


class Device:
    """Chromium's virtual authenticator: a device within the computer, with its owner's finger on it."""

    def __init__(self, page: Page, other: dict[str, Any]) -> None:
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._cdp.send("WebAuthn.enable")
        self.number = self._add(other)

    def _add(self, other: dict[str, Any]) -> str:
        kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        asked = kind | {"isUserVerified": True, "automaticPresenceSimulation": True} | other
        return str(self._cdp.send("WebAuthn.addVirtualAuthenticator", {"options": asked})["authenticatorId"])

    def credentials(self) -> list[dict[str, Any]]:
        """The passkeys in it, private keys and counts too."""
        found: list[dict[str, Any]] = self._cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.number})[
            "credentials"
        ]
        return found

    def takes(self, credential: dict[str, Any]) -> None:
        """Put a copy of another device's passkey into this one."""
        self._cdp.send("WebAuthn.addCredential", {"authenticatorId": self.number, "credential": credential})

    def verifies(self, is_verified: bool) -> None:
        """Whether its owner's finger is the right one, from now on."""
        said = {"authenticatorId": self.number, "isUserVerified": is_verified}
        self._cdp.send("WebAuthn.setUserVerified", said)
