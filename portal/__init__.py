"""The portal, put together: this is the only place that knows every room."""

from portal.foundation.sql.sqlite_library import load_sound_sqlite

# Whatever comes below may ask for SQLite.
load_sound_sqlite()

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Flask

from portal.accounts.access import set_up_sign_in
from portal.accounts.company_sign_in.provider import set_up_company_sign_in
from portal.accounts.occasions import WHEN_CONFIRMED, WHEN_RETURNED
from portal.accounts.routes import bp as accounts
from portal.accounts.routes import company as company_sign_in
from portal.api.routes import bp as api
from portal.attachments.storage import set_up_attachments
from portal.audiences import AUDIENCES
from portal.contact.routes import bp as contact
from portal.contracts.actions import move_contracts
from portal.contracts.panel import contracts_panel
from portal.customers.actions import JOINED, follow_account
from portal.customers.panels import PANELS
from portal.customers.routes import bp as customers
from portal.departure.actions.closing import reopen
from portal.departure.routes import bp as departure
from portal.departure.routes import short as departure_short
from portal.desk.actions.same_person import move_same_person
from portal.desk.phrases import PHRASES_FILE, PhrasesFile
from portal.desk.replies import REPLIES_FOLDER, RepliesFolder
from portal.desk.routes import bp as desk
from portal.doors import set_up_doors
from portal.editing.routes import bp as editing
from portal.faq.library import KEEPER, Keeper
from portal.faq.quick import QUICK as OF_THE_SEARCH
from portal.faq.routes import bp as faq
from portal.faq.routes import short as faq_short
from portal.faq.signposts import PAGES_MEANT
from portal.foundation import clock
from portal.foundation.company import COMPANY, read_company
from portal.foundation.config import CONFIG, ROOT, Config, read_config
from portal.foundation.crash import arm
from portal.foundation.database import set_up_database
from portal.foundation.files.vault import set_up_vault
from portal.foundation.i18n import set_up_languages
from portal.foundation.limits import set_up_limits
from portal.foundation.personal_data import ALL_HOLDINGS
from portal.foundation.process.logs import set_up_logs
from portal.foundation.rendering.assets import ASSETS, Assets
from portal.foundation.rendering.compression import set_up_compression
from portal.foundation.rendering.finished_pages import EDITION, FinishedPages
from portal.foundation.rendering.pages import set_up_pages
from portal.foundation.rendering.quick_answers import QuickAnswers
from portal.foundation.rendering.spoken import SpokenTemplates, fill_gaps
from portal.foundation.security import SecurityHeaders, require_audiences, set_up_security
from portal.foundation.web.application import Portal
from portal.foundation.web.error_pages import set_up_error_pages
from portal.foundation.web.measuring import Measured
from portal.foundation.web.proxies import BehindProxies
from portal.foundation.web.sessions import set_up_sessions
from portal.foundation.web.typed import set_up_typed
from portal.frame import set_up_frame
from portal.home.routes import bp as home
from portal.home.routes import root
from portal.inbox.addresses import read_incoming
from portal.incidents.board import BOARD
from portal.incidents.routes import bp as incidents
from portal.lead.routes import bp as lead
from portal.leaving.panel import declarations_panel
from portal.leaving.routes import bp as leaving
from portal.matching import set_up_incidents, set_up_matching
from portal.notifications.routes import bp as notifications
from portal.operation.health import BEGUN_AT
from portal.operation.routes import bp as operation
from portal.orders.actions import move_orders
from portal.orders.panel import orders_panel
from portal.privacy import HOLDINGS
from portal.questions.actions.asking import refuse_taken_letter
from portal.questions.actions.people import move_questions
from portal.questions.polls import QuietPolls
from portal.questions.routes import bp as questions
from portal.questions.routes.asking_blank import QUICK as OF_ASKING
from portal.questions.thanks import THANKS_FILE, ThanksFile
from portal.questions.topics import TOPICS_FILE, TopicsFile
from portal.reports.routes import bp as reports
from portal.rounds import ROUNDS, Rounds
from portal.service_levels.levels_file import LEVELS_FILE, LevelsFile
from portal.signposts import PAGES
from portal.styleguide.routes import bp as styleguide
from portal.witnesses import set_up_clock

log = logging.getLogger(__name__)


def create_app(config: Config | None = None, overrides: Mapping[str, Any] | None = None) -> Flask:
    """The whole application; `overrides` are Flask settings for tests.

    SettingError when a setting or the company file is wrong.
    """
    config = config or read_config()
    app = Portal("portal", root_path=str(ROOT / "portal"), template_folder=str(ROOT / "templates"), static_folder=None)
    app.jinja_environment = SpokenTemplates
    app.config.update(SECRET_KEY=config.secret_key, TRUSTED_HOSTS=config.trusted_hosts, **(overrides or {}))
    arm(config.crash_at)
    CONFIG.put(app, config)
    company = COMPANY.put(app, read_company(config.content))
    refuse_taken_letter(company)
    read_incoming(company)
    _read_files(app, config.content, company.languages)
    BEGUN_AT.put(app, clock.seconds())
    set_up_matching(app)
    set_up_incidents(app)
    _set_up_foundation(app, config)
    _open_rooms(app, config)
    _set_up_front(app, config)
    require_audiences(app)
    return app


def _read_files(app: Flask, content: Path, languages: Sequence[str]) -> None:
    LEVELS_FILE.put(app, LevelsFile(content / "service-levels.toml", languages))
    TOPICS_FILE.put(app, TopicsFile(content / "topics.toml", languages))
    THANKS_FILE.put(app, ThanksFile(content / "thanks.toml"))
    PHRASES_FILE.put(app, PhrasesFile(content / "phrases.toml", languages))
    REPLIES_FOLDER.put(app, RepliesFolder(content / "replies", languages))


def _set_up_foundation(app: Flask, config: Config) -> None:
    set_up_logs(app)
    set_up_security(app, AUDIENCES)
    set_up_sessions(app)
    set_up_vault(app, config.vault_keys, config.data)
    set_up_database(app, config)
    set_up_sign_in(app)
    set_up_company_sign_in(app, config.oidc, portal_url=config.url)
    set_up_languages(app)
    app.jinja_env.globals["fill_gaps"] = fill_gaps
    set_up_limits(app, config.redis_url)
    set_up_pages(app)
    set_up_error_pages(app)


def _open_rooms(app: Flask, config: Config) -> None:
    # What guests asked and what they have moves with them into their account.
    JOINED.put(app, (move_questions, move_contracts, move_orders, move_same_person))
    PANELS.put(app, (contracts_panel, orders_panel, declarations_panel))
    PAGES_MEANT.put(app, PAGES)
    WHEN_CONFIRMED.put(app, follow_account)
    WHEN_RETURNED.put(app, reopen)
    company = COMPANY.of(app)
    set_up_attachments(app)
    keeper = Keeper(
        content=config.content,
        derived=config.data / "derived",
        zone=company.zone,
        languages=company.languages,
        thesaurus=config.search_thesaurus,
        by_meaning=config.search_by_meaning,
    )
    KEEPER.put(app, keeper)
    ALL_HOLDINGS.put(app, HOLDINGS)
    public = (root, operation, api, home, faq, faq_short, questions, leaving, contact, incidents, styleguide)
    inside = (desk, editing, reports, lead)
    for room in (*public, accounts, company_sign_in, customers, departure, departure_short, notifications, *inside):
        app.register_blueprint(room)
    set_up_frame(app)
    set_up_doors(app)


def _set_up_front(app: Flask, config: Config) -> None:
    """What stands before Flask: compression, finished pages, static files, headers, and the proxies of the operator."""
    company = COMPANY.of(app)
    set_up_compression(app)
    set_up_typed(app)
    assets = ASSETS.put(app, Assets(config.data / "assets"))
    assets.publish(company, config.content)

    keeper, incidents = KEEPER.of(app), BOARD.of(app)

    def edition() -> object:
        library, searcher = keeper.library, keeper.searcher
        index = searcher.edition if searcher else None
        return library.generation, index, COMPANY.of(app), clock.today(company.zone), incidents.edition

    EDITION.put(app, edition)
    pages = QuietPolls(
        FinishedPages(QuickAnswers(app.wsgi_app, app, (*OF_THE_SEARCH, *OF_ASKING)), edition=edition), app
    )
    guarded = SecurityHeaders(assets.serve_before(pages), sends_hsts=config.url.startswith("https://"))
    front = BehindProxies(guarded, config.proxy_hops) if config.proxy_hops else guarded
    app.wsgi_app = Measured(front)  # type: ignore[method-assign, assignment]
    set_up_clock(app)
    ROUNDS.put(app, Rounds(app))
