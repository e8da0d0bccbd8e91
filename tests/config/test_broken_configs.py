"""Many ways to get a configuration wrong: each is named with file and key, all of a file's faults at once."""

import os
import subprocess
import sys
from datetime import time
from pathlib import Path

import pytest

from monitor.config import Checks, load
from monitor.errors import ConfigError

CHECKS = Checks(
    spiders=("page", "listing", "feed", "treaty_chart"),
    cron=lambda text: None if text == "0 8 * * mon-fri" else f'"{text}" is not a cron line',
    channel_url=lambda url: None if url.startswith("json://") else "is not an Apprise address",
    when=lambda text: None if text == "now" else f'"{text}" is not a time to send',
)

TOP = '[monitor]\ncontact = "mailto:watch@ngo.example"\n'
SOURCE = '[[source]]\nid = "a"\nurl = "https://a.example/"\nevery = "6h"\n'
FEED = '[[feed]]\nfile = "public/law.atom"\n'
CHANNEL = '[[channel]]\nid = "team"\nurl = "json://hook.example/x"\n'

BROKEN = {
    "no sources": (TOP, "source", "nothing to read"),
    "unknown top table": (TOP + SOURCE + "[[sauce]]\n", "sauce", 'did you mean "source"'),
    "unknown monitor key": (TOP + 'min_gup = "5s"\n' + SOURCE, "monitor.min_gup", 'did you mean "min_gap"'),
    "no contact": ("[monitor]\n" + SOURCE, "monitor.contact", "is required"),
    "contact without scheme": ('[monitor]\ncontact = "me"\n' + SOURCE, "monitor.contact", "is no contact"),
    "unknown zone": (TOP + 'timezone = "Asia/Phnom_Pen"\n' + SOURCE, "monitor.timezone", "not a time zone"),
    "zone of wrong type": (TOP + "timezone = 7\n" + SOURCE, "monitor.timezone", "not a time zone"),
    "unknown pack": (TOP + 'packs = ["kh", "xx"]\n' + SOURCE, "monitor.packs", 'no pack "xx"'),
    "packs not a list": (TOP + 'packs = "kh"\n' + SOURCE, "monitor.packs", "must be a list"),
    "gap is not a duration": (TOP + 'min_gap = "5 seconds"\n' + SOURCE, "monitor.min_gap", "not a duration"),
    "gap as number": (TOP + "min_gap = 5\n" + SOURCE, "monitor.min_gap", "not a duration"),
    "alert_after zero": (TOP + "alert_after = 0\n" + SOURCE, "monitor.alert_after", "greater than or equal to 1"),
    "alert_after as text": (TOP + 'alert_after = "3"\n' + SOURCE, "monitor.alert_after", "must be a whole number"),
    "allow_hosts without port": (TOP + 'allow_hosts = ["localhost"]\n' + SOURCE, "monitor.allow_hosts", "host:port"),
    "allow_hosts with a range": (TOP + 'allow_hosts = ["10.0.0.0/8"]\n' + SOURCE, "monitor.allow_hosts", "host:port"),
    "monitor as list": ('[[monitor]]\ncontact = "mailto:a@b.example"\n' + SOURCE, "monitor", "must be a table"),
    "source as table": (TOP + '[source]\nid = "a"\n', "source", "must be a list of tables"),
    "source without id": (
        TOP + '[[source]]\nurl = "https://a.example/"\nevery = "6h"\n',
        "source[1].id",
        "is required",
    ),
    "source without url": (TOP + '[[source]]\nid = "a"\nevery = "6h"\n', "source[1] (a).url", "is required"),
    "id with spaces": (TOP + SOURCE.replace('"a"', '"a b"'), "source[1] (a b).id", "is not an id"),
    "id used twice": (TOP + SOURCE + SOURCE, "source[1] (a).id", "is used 2 times"),
    "url without scheme": (TOP + SOURCE.replace("https://", ""), "source[1] (a).url", "not an http or https address"),
    "url with file scheme": (TOP + SOURCE.replace("https://a.example/", "file:///etc/hosts"), "(a).url", "not an http"),
    "url with a broken port": (TOP + SOURCE.replace("a.example", "a.example:99999"), "(a).url", "not an http"),
    "unknown spider": (TOP + SOURCE + 'spider = "pages"\n', "(a).spider", 'did you mean "page"'),
    "unknown source key": (TOP + SOURCE + 'selct = "main"\n', "(a).selct", 'did you mean "select"'),
    "bad selector": (TOP + SOURCE + 'select = "main >>> p"\n', "(a).select", "is not a CSS selector"),
    "bad selector in remove": (TOP + SOURCE + 'remove = [".ok", "p["]\n', "(a).remove", "is not a CSS selector"),
    "remove as text": (TOP + SOURCE + 'remove = ".ad"\n', "(a).remove", "must be a list"),
    "unknown authority": (TOP + SOURCE + 'authority = "king"\n', "(a).authority", "is not one of"),
    "unknown language": (TOP + SOURCE + 'language = "de"\n', "(a).language", '"en", "km"'),
    "neither every nor cron": (TOP + SOURCE.replace('every = "6h"\n', ""), "(a).every", "either every or cron"),
    "both every and cron": (TOP + SOURCE + 'cron = "0 8 * * mon-fri"\n', "(a).every", "only one of them"),
    "every zero": (TOP + SOURCE.replace("6h", "0h"), "(a).every", "longer than zero"),
    "bad cron": (TOP + SOURCE.replace('every = "6h"', 'cron = "8 o\'clock"'), "(a).cron", "not a cron line"),
    "enabled as text": (TOP + SOURCE + 'enabled = "yes"\n', "(a).enabled", "must be true or false"),
    "chart without row": (TOP + SOURCE + 'spider = "treaty_chart"\n', "(a).row", "name of the row"),
    "unset variable": (TOP + SOURCE + CHANNEL.replace("json://hook.example/x", "${NO_SUCH}"), "team).url", "not set"),
    "channel url unusable": (TOP + SOURCE + CHANNEL.replace("json:", "jason:"), "(team).url", "not an Apprise"),
    "unknown kind": (TOP + SOURCE + CHANNEL + 'kinds = ["gossip"]\n', "(team).kinds", "is not one of"),
    "unknown instrument": (TOP + SOURCE + CHANNEL + 'instruments = ["kh-pdp1"]\n', "instruments", "kh-pdpl"),
    "unknown when": (TOP + SOURCE + CHANNEL + 'when = "monthly"\n', "(team).when", "not a time to send"),
    "unknown jurisdiction": (TOP + SOURCE + CHANNEL + 'jurisdictions = ["KHM"]\n', "(team).jurisdictions", '"KH"'),
    "unknown language of a channel": (
        TOP + SOURCE + CHANNEL + 'languages = ["xx"]\n',
        "(team).languages",
        '"en", "km"',
    ),
    "confidence in percent": (
        TOP + SOURCE + CHANNEL + "min_confidence = 70\n",
        "min_confidence",
        "less than or equal to 1",
    ),
    "confidence as text": (TOP + SOURCE + CHANNEL + 'min_confidence = "high"\n', "min_confidence", "valid number"),
    "quiet hours with one end": (TOP + SOURCE + CHANNEL + 'quiet = "22:00"\n', "(team).quiet", "22:00-07:00"),
    "quiet hours of no length": (TOP + SOURCE + CHANNEL + 'quiet = "07:00-07:00"\n', "(team).quiet", "no quiet hours"),
    "quiet hours out of the day": (
        TOP + SOURCE + CHANNEL + 'quiet = "22:00-24:00"\n',
        "(team).quiet",
        "no quiet hours",
    ),
    "quiet hours as number": (TOP + SOURCE + CHANNEL + "quiet = 22\n", "(team).quiet", "no quiet hours"),
    "guard as text": (TOP + 'guard_channels = "yes"\n' + SOURCE, "monitor.guard_channels", "must be true or false"),
    "feed without file": (TOP + SOURCE + "[[feed]]\n", "feed[1].file", "is required"),
    "feed of unknown form": (TOP + SOURCE + '[[feed]]\nfile = "x.rss"\n', "feed[1].file", ".atom"),
    "feed in nobody's home": (TOP + SOURCE + '[[feed]]\nfile = "~no-such-user/x.ics"\n', "feed[1].file", "no path"),
    "feed with a letter no path has": (TOP + SOURCE + '[[feed]]\nfile = "a\\u0000.ics"\n', "feed[1].file", "no path"),
    "data in nobody's home": (TOP + 'data_dir = "~no-such-user/data"\n' + SOURCE, "monitor.data_dir", "no path"),
    "file of two feeds": (TOP + SOURCE + FEED + FEED, "feed[1].file", "2 feeds"),
    "feed of unknown instrument": (
        TOP + SOURCE + FEED + 'instruments = ["kh-pdp1"]\n',
        "feed[1].instruments",
        "kh-pdpl",
    ),
    "feed of unknown kind": (TOP + SOURCE + FEED + 'kinds = ["gossip"]\n', "feed[1].kinds", "is not one of"),
    "feed at no web address": (TOP + SOURCE + FEED + 'url = "law.atom"\n', "feed[1].url", "not an http or https"),
    "channel id twice": (TOP + SOURCE + CHANNEL + CHANNEL, "channel[1] (team).id", "is used 2 times"),
    "instrument of unknown type": (
        TOP + SOURCE + '[[instrument]]\nid = "kh-pdpl"\ntype = "edict"\n',
        "kh-pdpl",
        "type",
    ),
    "new instrument without title": (TOP + SOURCE + '[[instrument]]\nid = "kh-new"\ntype = "law"\n', "kh-new", "title"),
}


@pytest.mark.parametrize(("text", "key", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_key_is_named_with_its_file_and_what_is_wrong(tmp_path: Path, text: str, key: str, said: str) -> None:
    path = tmp_path / "team.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load(path, {}, CHECKS)

    lines = [line for line in caught.value.faults if key in line]
    assert lines, caught.value.faults
    assert lines[0].startswith("team.toml: ")
    assert said in lines[0]


def test_every_fault_of_a_file_is_reported_at_once(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        TOP + 'min_gap = "soon"\n' + SOURCE + 'select = "p["\n' + SOURCE.replace('"a"', '"b"') + "colour = 1\n",
        encoding="utf-8",
    )

    with pytest.raises(ConfigError) as caught:
        load(path, {}, CHECKS)

    assert len(caught.value.faults) == 3


@pytest.mark.parametrize("text", ["[monitor\n", "a = 1\na = 2\n", "\x00"], ids=["bracket", "twice", "nul"])
def test_a_file_that_is_not_toml_is_named_with_the_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=r"config\.toml: not valid TOML: .*line [12]"):
        load(path, {}, CHECKS)


def test_a_missing_file_names_the_ways_to_give_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--config"):
        load(tmp_path / "nowhere.toml", {}, CHECKS)


def test_the_secret_of_a_refused_channel_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(TOP + SOURCE + CHANNEL.replace("json://hook.example/x", "${HOOK}"), encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load(path, {"HOOK": "jason://canary-7421@hook.example"}, CHECKS)

    assert "canary-7421" not in str(caught.value)


def test_a_good_file_gives_sources_channels_and_instruments(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(TOP + SOURCE + CHANNEL.replace("json://hook.example/x", "${HOOK}"), encoding="utf-8")

    config = load(path, {"HOOK": "json://hook.example/x"}, CHECKS)

    assert config.sources[0].every is not None
    assert config.channels[0].url == "json://hook.example/x"
    assert "kh-pdpl" in config.packs.instruments
    assert config.data_dir == tmp_path / "data"


@pytest.mark.slow
def test_the_command_reports_a_broken_file_with_exit_code_2_and_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(TOP + 'min_gap = "soon"\n' + SOURCE + 'spider = "pages"\n', encoding="utf-8")

    ended = subprocess.run(
        [sys.executable, "-m", "monitor", "--config", str(path), "run", "--once"],
        capture_output=True,
        text=True,
        env=os.environ | {"LANG": "C"},
        timeout=60,
        check=False,
    )

    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 2


def test_keys_of_channels_and_feeds_become_values(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    more = 'quiet = "22:00-07:00"\nlanguages = ["km"]\nmin_confidence = 1\njurisdictions = ["kh"]\n'
    path.write_text(TOP + SOURCE + CHANNEL + more + FEED, encoding="utf-8")

    config = load(path, {}, CHECKS)

    channel = config.channels[0]
    assert channel.quiet == (time(22), time(7))
    assert (channel.languages, channel.min_confidence, channel.jurisdictions) == (("km",), 1.0, ("kh",))
    assert config.feeds[0].file == str(tmp_path / "public" / "law.atom")
