"""Settings: what is wrong is named as wrong, what is missing as missing, and no value is shown."""

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings

TOKEN = "123456:ABC-def_9"


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and an environment without a setting."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def loaded(*lines: str) -> Settings:
    Path(".env").write_text("\n".join((f"TELEGRAM_BOT_TOKEN={TOKEN}", *lines)))
    return load_settings()


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("TELEGRAM_OWNER_ID=SECRET", "TELEGRAM_OWNER_ID"),
        ("TELEGRAM_OWNER_ID=-5", "TELEGRAM_OWNER_ID"),
        ("TELEGRAM_BOT_TOKEN=SECRET", "TELEGRAM_BOT_TOKEN"),
        ("TELEGRAM_BOT_TOKEN='1:SECRET words'", "TELEGRAM_BOT_TOKEN"),
        ("TELEGRAM_BASE_URL=SECRET", "TELEGRAM_BASE_URL"),
        ("LIFELINE_URL=SECRET", "LIFELINE_URL"),
        ("LIFELINE_URL=https://example.com:SECRET/ping", "LIFELINE_URL"),
        ("COLTRAIN_AUTO_RESUME=SECRET", "COLTRAIN_AUTO_RESUME"),
        ("COLTRAIN_WORK=/SECRET/a\nCOLTRAIN_HOME=/SECRET/a/home", "COLTRAIN_HOME"),
        ("COLTRAIN_WORK=/SECRET/b/fast\nCOLTRAIN_HOME=/SECRET/b", "COLTRAIN_HOME"),
    ],
)
def test_a_wrong_value_is_called_wrong(line: str, name: str) -> None:
    """By its name, with what it should be; the value, which may be a secret, is not shown."""
    with pytest.raises(SettingsError) as caught:
        loaded(line)
    assert f"{name} is not usable. It should be: " in str(caught.value)
    assert "is not set" not in str(caught.value)
    assert "SECRET" not in str(caught.value)


def test_what_is_missing_is_called_missing() -> None:
    """An empty line of a template counts as not set."""
    Path(".env").write_text("TELEGRAM_BOT_TOKEN=\nCOLTRAIN_WORK=\nCOLTRAIN_AUTO_RESUME=\n")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith("TELEGRAM_BOT_TOKEN is not set. It should be: ")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text_is_named() -> None:
    """Such as one that an editor saved as UTF-16."""
    Path(".env").write_bytes("TELEGRAM_BOT_TOKEN=1:a".encode("utf-16"))
    with pytest.raises(SettingsError, match=r"\.env is not text in UTF-8"):
        load_settings()


def test_copied_values_are_taken() -> None:
    """Blanks around a token, a home folder beside the work folder, several data folders."""
    settings = loaded(
        f"TELEGRAM_BOT_TOKEN=' {TOKEN} '",
        "COLTRAIN_WORK=/content/coltrain",
        "COLTRAIN_HOME=/content/coltrain-home",
        "COLTRAIN_DATA_ROOTS=/a:/b::/a",
    )
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert settings.home == Path("/content/coltrain-home")
    assert settings.data_roots == (Path("/a"), Path("/b"), Path("/content/coltrain/data"))


def test_a_variable_counts_more_than_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The notebook's settings win over a file that lies there."""
    monkeypatch.setenv("TELEGRAM_OWNER_ID", "7")
    assert loaded("TELEGRAM_OWNER_ID=8").telegram_owner_id == 7
