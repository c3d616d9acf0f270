"""Settings: every one is documented, and a wrong value stops the start with a sentence that says what to write."""

import os
import stat
from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from portal.foundation.config import Config, field_of, read_config
from portal.foundation.errors import SettingError
from portal.foundation.settings.known import SETTINGS

DOCUMENTED = (Path(__file__).resolve().parents[2] / "docs" / "settings.md").read_text()


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_documented_with_its_default(setting):
    row = next(line for line in DOCUMENTED.splitlines() if line.startswith(f"| `{setting.name}` |"))
    assert setting.help in row
    assert (f"`{setting.default}`" if setting.default else "empty") in row


def test_every_setting_is_a_field_but_those_that_are_read_before_there_is_an_application():
    known = {field_of(each.name) for each in SETTINGS}
    own = {each.name for each in fields(Config)} - {"oidc"}
    assert own <= known
    assert {name for name in known - own if not name.startswith("oidc_")} == {"bind", "web_workers"}


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("PORT", "abc", "write a number"),
        ("PORT", "70000", "write a number"),
        ("PORT", "８０００", "write a number"),
        ("PORTAL_URL", "help.example.org", "write scheme and host"),
        ("PORTAL_URL", "https://help.example.org/faq", "write scheme and host"),
        ("SEARCH_THESAURUS", "/nowhere", "write a folder with files like th_de_DE_v2.dat"),
        ("PORTAL_STAGE", "prod", "write development or production"),
        ("PROXY_HOPS", "-1", "write how many proxies"),
        ("DATABASE_URL", "mysql://x", "write postgresql://"),
        ("SECRET_KEY", "short", "at least 32"),
        ("ALLOW_OLD_SQLITE_WAL", "yes", "write 1 for yes"),
        ("WEB_WORKERS", "0", "write a number"),
        ("WEB_WORKERS", "two", "write a number"),
        ("BIND", "0.0.0.0", "write address and port"),
        ("OIDC_ISSUER", "login.example.org", "write the issuer as your provider names it"),
        ("OIDC_ISSUER", "https://name:word@login.example.org", "write the issuer as your provider names it"),
        ("OIDC_ISSUER", "https://login.example.org/?realm=staff", "write the issuer as your provider names it"),
        ("OIDC_ISSUER", "https://login.example.org", "OIDC_CLIENT_SECRET cannot be empty"),
        ("OIDC_CLIENT_ID", "portal", "does nothing without OIDC_ISSUER"),
        ("OIDC_NAME", "T" * 41, "write at most 40 characters"),
        ("OIDC_REQUIRED", "yes", "write 1 for yes"),
        ("OIDC_REQUIRED", "1", "does nothing without OIDC_ISSUER"),
        ("BIND", "0.0.0.0:http", "write a number"),
        ("BIND", "unix:", "write address and port"),
        ("BIND", "::1:8000", "write address and port"),
        ("PORTAL_URL", "https://[", "write scheme and host"),
        ("PORTAL_URL", "https://help example.org", "write scheme and host"),
        ("PORTAL_URL", "https://help.example.org:abc", "write scheme and host"),
        ("DATABASE_URL", "postgresql://name:word@host:five/portal", "write postgresql://"),
        ("DATABASE_URL", "postgresql://name:word@host:99999/portal", "write postgresql://"),
        ("DATABASE_URL", "postgresql://[", "write postgresql://"),
        ("REDIS_URL", "redis://[", "write redis://"),
        ("REDIS_URL", "redis://host:five", "write redis://"),
        ("MAIL_URL", "smtp://host:99999", "write smtp://"),
        ("MAILBOX_URL", "imaps://name:word@host:five/INBOX", "write imaps://"),
        ("HOOK_URL", "https://host:five", "write an https address"),
        ("OIDC_ISSUER", "https://[", "write the issuer"),
        ("UPLOADS", "https://[/bucket", "write a folder, or https://"),
        ("UPLOAD_TYPES", ",", "write endings"),
        ("METRICS_TOKEN", "ü" * 30, "24 random letters"),
        ("TIME_SERVER", "time.example.org:99999", "write a number"),
    ],
)
def test_a_wrong_value_stops_the_start_and_says_what_to_write(tmp_path, name, value, advice):
    with pytest.raises(SettingError, match=advice) as refused:
        read_config({"PORTAL_DATA": str(tmp_path), name: value})
    assert name in str(refused.value)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("MAIL_URL", "smtp://name:Kranich#7/x@host:25"),
        ("MAIL_URL", "smtp://name:Kranich/7@host:25"),
        ("MAIL_URL", "smtp://name:Kranich?7@host:25"),
        ("MAILBOX_URL", "imaps://name:Kranich#7@host/INBOX"),
        ("REDIS_URL", "redis://:Kranich#7@host:6379/0"),
    ],
)
def test_a_password_with_a_sign_that_ends_it_stands_nowhere_in_the_refusal(tmp_path, name, address):
    with pytest.raises(SettingError) as refused:
        read_config({"PORTAL_DATA": str(tmp_path), name: address})
    assert "cannot be used" in str(refused.value) and "Kranich" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://name:w#o/r?d@host:5432/portal",
        "postgresql://name@[::1]:5432/portal",
        "postgresql:///portal?host=/var/run/postgresql",
        "postgresql://host",
    ],
)
def test_every_address_that_the_driver_of_postgresql_takes_is_taken(tmp_path, address):
    taken = read_config({"PORTAL_DATA": str(tmp_path), "DATABASE_URL": address}).database_url
    assert make_url(taken).render_as_string(hide_password=False)


def test_a_folder_that_takes_no_writing_stops_the_start(tmp_path, monkeypatch):
    (tmp_path / "secret").write_text("s" * 64)
    monkeypatch.setattr(os, "access", lambda *_: False)  # whoever is root may write everywhere
    with pytest.raises(SettingError, match=r"PORTAL_DATA.*nothing can be written there"):
        read_config({"PORTAL_DATA": str(tmp_path)})


def test_production_refuses_an_address_without_encryption(tmp_path):
    with pytest.raises(SettingError, match="https://"):
        read_config(
            {"PORTAL_DATA": str(tmp_path), "PORTAL_STAGE": "production", "PORTAL_URL": "http://help.example.org"}
        )


def test_production_trusts_only_its_own_host(tmp_path):
    config = read_config(
        {
            "PORTAL_DATA": str(tmp_path),
            "PORTAL_STAGE": "production",
            "PORTAL_URL": "https://help.example.org",
            "PORTAL_HOSTS": "www.example.org",
            "MAIL_URL": "smtp://mail.example.org",
            "PROXY_HOPS": "1",
        }
    )
    assert config.trusted_hosts == ["help.example.org", "www.example.org"]


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    first, second = (read_config({"PORTAL_DATA": str(tmp_path)}).secret_key for _ in range(2))
    assert first == second and len(first) == 64
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_postgresql_addresses_get_the_driver_we_use(tmp_path):
    assert (
        read_config({"PORTAL_DATA": str(tmp_path), "DATABASE_URL": "postgresql://u:p@h/n"}).database_url
        == "postgresql+psycopg://u:p@h/n"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_HOSTS", "https://www.example.org"),
        ("PORTAL_HOSTS", "www.example.org, help.example.org:8000"),
        ("PORTAL_HOSTS", "www.example.org/de"),
        ("PORTAL_URL", "https://help.example.org/#top"),
        ("PORTAL_URL", "https://user@help.example.org"),
    ],
)
def test_a_host_that_no_browser_could_ask_for_stops_the_start(tmp_path, name, value):
    with pytest.raises(SettingError, match="write"):
        read_config({"PORTAL_DATA": str(tmp_path), name: value})


def test_hosts_are_known_as_browsers_write_them(tmp_path):
    config = read_config({"PORTAL_DATA": str(tmp_path), "PORTAL_HOSTS": "WWW.Example.org, 127.0.0.1,[::1]"})
    assert config.hosts == ("www.example.org", "127.0.0.1", "[::1]")


SAFE = {
    "PORTAL_STAGE": "production",
    "PORTAL_URL": "https://help.example.org",
    "MAIL_URL": "smtp://mail.example.org",
    "PROXY_HOPS": "1",
}


@pytest.mark.parametrize(
    ("changed", "advice"),
    [
        ({"PORTAL_CRASH_AT": "mail_leased"}, "leave it empty"),
        ({"MAIL_URL": ""}, "write smtp://"),
        ({"PROXY_HOPS": "0"}, "write how many"),
        ({"SECRET_KEY": "change-me" * 4}, "write 32 or more random"),
        ({"SECRET_KEY": "0123456789abcdef" * 2, "VAULT_KEYS": "0123456789abcdef" * 2}, "makes another"),
    ],
)
def test_production_refuses_what_is_unsafe_and_says_what_to_write(tmp_path, changed, advice):
    given = SAFE | {"PORTAL_DATA": str(tmp_path)}
    read_config(given)
    with pytest.raises(SettingError, match=advice):
        read_config(given | changed)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_URL", "portal:geheim@mail.example.org"),
        ("MAIL_URL", "smtp://portal:ge@heim@mail.example.org/x"),
        ("DATABASE_URL", "postgres://portal:geheim@host/name"),
        ("REDIS_URL", "portal:geheim@host"),
        ("MAIL_URL", "smtp://portal:geheim"),
        ("MAILBOX_URL", "imaps://portal:geheim"),
        ("HOOK_URL", "http://portal:geheim@host"),
    ],
)
def test_a_mistyped_address_does_not_tell_its_password(tmp_path, name, value):
    with pytest.raises(SettingError, match=name) as refused:
        read_config({"PORTAL_DATA": str(tmp_path), name: value})
    assert "heim" not in str(refused.value)


def test_the_folder_of_all_data_is_made_for_its_owner_alone_and_production_refuses_another(tmp_path):
    given = SAFE | {"PORTAL_DATA": str(tmp_path / "data")}
    read_config(given)
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    (tmp_path / "data").chmod(0o755)
    with pytest.raises(SettingError, match="chmod 700"):
        read_config(given)
    (tmp_path / "file").touch()
    with pytest.raises(SettingError, match=r"PORTAL_DATA=.* Write a folder"):
        read_config(given | {"PORTAL_DATA": str(tmp_path / "file" / "data")})


def test_production_refuses_a_folder_for_backups_that_cannot_be_written(tmp_path, monkeypatch):
    given = SAFE | {"PORTAL_DATA": str(tmp_path / "data"), "BACKUP_FOLDER": str(tmp_path / "disk" / "backups")}
    assert read_config(given).backup_folder == tmp_path / "disk" / "backups"
    (tmp_path / "disk").touch()
    with pytest.raises(SettingError, match=r"BACKUP_FOLDER=.* write a folder"):
        read_config(given)
    assert read_config(given | {"PORTAL_STAGE": "development"})
    (tmp_path / "disk").unlink()
    (tmp_path / "disk").mkdir(mode=0o500)
    # Root may write everywhere, as long as the disk is not mounted to be read alone.
    monkeypatch.setattr(os, "access", lambda path, _mode: path != tmp_path / "disk")
    with pytest.raises(SettingError, match="BACKUP_FOLDER"):
        read_config(given)


def test_production_refuses_keys_that_others_may_read(tmp_path):
    given = SAFE | {"PORTAL_DATA": str(tmp_path)}
    read_config(given)
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(SettingError, match="chmod 600"):
        read_config(given)
