"""By which words people look for the pages of the portal: a search for one of them shows the page above its results."""

from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.faq.signposts import PageMeant, Words
from portal.foundation.i18n import current_language
from portal.leaving.rules.declarations import Kind
from portal.leaving.rules.documents import LINKS

_CONTRACTS = {
    "de": "vertrag verträge anschluss tarif internet dsl handy mobilfunk internetvertrag handyvertrag formular online",
    "en": "contract contracts subscription plan internet phone mobile broadband service form online",
}


def _link(kind: Kind) -> LazyString:
    """The words of the law, as the links on every page have them."""
    return LazyString(lambda: LINKS[current_language()][kind])


PAGES: Final = (
    PageMeant(
        "leaving.show",
        _link(Kind.CANCELLATION),
        {
            "de": Words("kündigen, kündige, kündigung, kündigungsformular, kündigungsbutton", _CONTRACTS["de"]),
            "en": Words("cancel, cancelling, cancellation, terminate", _CONTRACTS["en"]),
        },
        {"kind": Kind.CANCELLATION.value},
    ),
    PageMeant(
        "leaving.show",
        _link(Kind.WITHDRAWAL),
        {
            "de": Words(
                "widerrufen, widerrufe, widerruf, widerrufsformular, widerrufsbutton", _CONTRACTS["de"] + " bestellung"
            ),
            "en": Words("withdraw, withdrawal, withdrawing", _CONTRACTS["en"] + " order"),
        },
        {"kind": Kind.WITHDRAWAL.value},
    ),
    PageMeant(
        "accounts.show_reset",
        _l("Set a new password"),
        {
            "de": Words(
                "passwort vergessen, kennwort vergessen, passwort zurücksetzen, neues passwort",
                "konto kundenkonto login",
            ),
            "en": Words(
                "forgot password, forgotten password, reset password, new password, lost password", "account login"
            ),
        },
    ),
    PageMeant(
        "accounts.show_register",
        _l("Begin an account"),
        {
            "de": Words(
                "registrieren, registrierung, konto anlegen, konto erstellen, konto eröffnen", "neues kundenkonto"
            ),
            "en": Words("register, registration, sign up, signup, create account, open account", "new"),
        },
    ),
    PageMeant(
        "accounts.show_sign_in",
        _l("Sign in"),
        {
            "de": Words(
                "anmelden, anmeldung, login, log in, einloggen, kundenlogin, kundenportal", "konto kundenkonto"
            ),
            "en": Words("sign in, log in, login, signin, customer portal", "account my online"),
        },
    ),
    PageMeant(
        "departure.show_closing",
        _l("Close account"),
        {
            "de": Words("konto löschen, konto schließen, kundenkonto löschen, kundenkonto schließen, account löschen"),
            "en": Words("close account, delete account, remove account"),
        },
    ),
    PageMeant(
        "departure.show_data",
        _l("Your data"),
        {
            "de": Words("datenauskunft, datenexport, daten exportieren, daten herunterladen, auskunft", "daten dsgvo"),
            "en": Words("export data, download data, data export, data request", "gdpr personal"),
        },
    ),
    PageMeant(
        "questions.index",
        _l("My questions"),
        {
            "de": Words(
                "anfragen, tickets, ticketstatus, bearbeitungsstand, anfrage status, ticket status, stand anfrage,"
                " meine anfrage, meiner anfrage, mein ticket, meinem ticket, keine antwort, wann antwort, wo antwort,"
                " warte antwort, warten antwort, noch nicht beantwortet, niemand antwortet, niemand meldet,"
                " keiner antwortet, keiner meldet",
                "offene anfrage anfragen ticket bekommen bekomme erhalten kommt bleibt immer seit tagen wochen lange",
            ),
            "en": Words(
                "my questions, my question, my tickets, my ticket, my request, tickets, ticket status,"
                " question status, request status, no reply, no answer, no response, where answer, where reply,"
                " when answer, when reply, waiting answer, waiting reply, nobody answers, nobody replies, not answered",
                "open question request ticket happened got get still yet days weeks",
            ),
        },
    ),
    PageMeant(
        "questions.new",
        _l("Ask a question"),
        {
            "de": Words(
                "anfrage, ticket, beschwerde, beschweren, reklamation, frage stellen",
                "stellen eröffnen erstellen neue neues einreichen schreiben senden",
            ),
            "en": Words(
                "ask question, ticket, complaint, complain, new request", "open create new submit send write question"
            ),
        },
    ),
    PageMeant(
        "contact.show",
        _l("Contact"),
        {
            "de": Words(
                "kontakt, kontaktieren, kontaktdaten, kontaktformular, kontaktmöglichkeiten, ansprechpartner, hotline,"
                " telefonnummer, servicenummer, öffnungszeiten, servicezeiten, erreichen, erreichbar, erreichbarkeit,"
                " kundenservice, kundendienst, support, rückruf, zurückrufen, mitarbeiter sprechen, menschen sprechen,"
                " jemandem sprechen, menschen reden, mensch reden, jemandem reden, jemand reden, mitarbeiter reden,"
                " erreiche, anrufen, geöffnet, habt offen, euer laden, adresse laden, öffnungszeit, e-mail-adresse,"
                " mailadresse, chat, whatsapp",
                "telefon nummer rufnummer telefonisch email mail adresse zeiten service euch laden heute samstag",
            ),
            "en": Words(
                "contact, hotline, phone number, telephone number, opening hours, support, customer service, helpline,"
                " call back, callback, speak human, talk human, talk person, speak person, speak someone, talk someone,"
                " real person, are open, opening times, your shop, shop address, call you, get touch, email address,"
                " reach, live chat, chat",
                "phone telephone number call email mail address hours team customer service contact help"
                " shop today saturday",
            ),
        },
    ),
)
