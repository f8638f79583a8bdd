"""Telegram's HTML is read, and refused, as Telegram does it."""

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.entities import parse_html, utf16_length
from emulator.errors import ApiError
from emulator.formatting import message_text, parts, typed
from emulator.markup import EntityError
from emulator.objects import Entity

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
}
# No control characters and no surrogates: those Telegram changes or refuses by themselves.
plain_text = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)


@pytest.mark.parametrize(("tag", "kind"), TAGS.items())
def test_each_tag_makes_its_entity(tag: str, kind: str) -> None:
    """Every documented tag formats exactly the text between its ends, counted in UTF-16."""
    parsed = parse_html(f"😀 <{tag}>a😀</{tag}> z")
    assert parsed.text == "😀 a😀 z"
    assert parsed.entities == (Entity(kind, 3, 3),)


@pytest.mark.parametrize(
    ("markup", "entity"),
    [
        ('<span class="tg-spoiler">x</span>', Entity("spoiler", 0, 1)),
        ("<blockquote expandable>x</blockquote>", Entity("expandable_blockquote", 0, 1)),
        ("<blockquote  expandable=no>x</blockquote>", Entity("expandable_blockquote", 0, 1)),
        (
            '<tg-emoji emoji-id="77">x</tg-emoji>',
            Entity("custom_emoji", 0, 1, custom_emoji_id="77"),
        ),
        (
            '<a href="https://x.org/a?b=1&amp;c">x</a>',
            Entity("text_link", 0, 1, "https://x.org/a?b=1&c"),
        ),
        ("<a href=x.org>x</a>", Entity("text_link", 0, 1, "http://x.org/")),
        ("<a href='tg://user?id=42'>x</a>", Entity("text_mention", 0, 1, user_id=42)),
        ('<pre><code class="language-py">x</code></pre>', Entity("pre", 0, 1, language="py")),
        ('<code class="language-py"><pre>x</pre></code>', Entity("pre", 0, 1, language="py")),
        ('<code class="language-py">x</code>', Entity("code", 0, 1)),
        ("<B>x</b >", Entity("bold", 0, 1)),
        ("<i>x</>", Entity("italic", 0, 1)),
    ],
)
def test_attributes_and_spellings(markup: str, entity: Entity) -> None:
    """Attributes, languages, links, mentions and short end tags mean what Telegram says."""
    assert parse_html(markup).entities == (entity,)


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("é<id>", 'Unsupported start tag "id" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b =x>y</b>", 'Empty attribute name in the tag "b" at byte offset 0'),
        ("<b a=x,>y</b>", "Unexpected end of name token at byte offset 5"),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        (
            "&#xD800;",
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units",
        ),
    ],
)
def test_broken_markup_is_refused_in_telegrams_words(markup: str, reason: str) -> None:
    """What Telegram cannot parse is refused with its sentence and its byte offset."""
    with pytest.raises(EntityError) as caught:
        parse_html(markup)
    assert str(caught.value) == reason
    with pytest.raises(ApiError) as refused:
        message_text(markup, "HTML", ())
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("&lt;&gt;&amp;&quot;", '<>&"'),
        ("&#65;&#x42;&#x1F600;", "AB😀"),
        ("&lt", "<"),
        ("&ltX &nbsp;&Lt;&#0;&#99999999999;&", "&ltX &nbsp;&Lt;&#0;&#99999999999;&"),
    ],
)
def test_character_references(markup: str, text: str) -> None:
    """Four names and all numbers are decoded, the semicolon is optional, the rest stays."""
    assert parse_html(markup).text == text


@settings(deadline=None)
@given(plain_text)
def test_escaped_text_comes_out_verbatim(text: str) -> None:
    """Whatever a text holds, escaping it is enough to have it shown unchanged."""
    parsed = parse_html(html.escape(text, quote=False))
    assert parsed.text == text
    assert parsed.entities == ()


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(TAGS)), plain_text), max_size=6))
def test_entities_cover_what_was_tagged(pieces: list[tuple[str, str]]) -> None:
    """Cutting the text at the entities' UTF-16 offsets gives back the tagged pieces."""
    markup = "".join(f"<{tag}>{html.escape(text)}</{tag}>." for tag, text in pieces)
    parsed = parse_html(markup)
    units = parsed.text.encode("utf-16-le")
    cut = [units[2 * e.offset : 2 * e.end].decode("utf-16-le") for e in parsed.entities]
    assert cut == [text for _, text in pieces if text]
    assert [e.type for e in parsed.entities] == [TAGS[tag] for tag, text in pieces if text]


@settings(deadline=None)
@given(st.text(st.sampled_from("<>/&;#x=\"' abpre-1😀\n"), max_size=60))
def test_any_markup_is_parsed_or_refused(markup: str) -> None:
    """No input makes the parser fail otherwise, or point beyond the text."""
    try:
        parsed = parse_html(markup)
    except EntityError:
        return
    assert all(0 <= e.offset < e.end <= utf16_length(parsed.text) for e in parsed.entities)


def test_code_holds_no_other_formatting() -> None:
    """Styles are cut out around code, links in code are dropped, and quotes hold no quote."""
    body = message_text("<b>a<code>b</code>c</b>", "HTML", ())
    assert {(e.type, e.offset, e.length) for e in body.entities} == {
        ("bold", 0, 1),
        ("code", 1, 1),
        ("bold", 2, 1),
    }
    nested = "<blockquote>a<blockquote>b</blockquote></blockquote>"
    assert [e.length for e in message_text(nested, "HTML", ()).entities] == [2]
    linked = message_text("<pre>see <a href='x.org'>x</a> /run</pre>", "HTML", ())
    assert [e.type for e in linked.entities] == ["pre"]


def test_text_is_trimmed_and_measured_after_parsing() -> None:
    """White space goes at both ends; 4,096 UTF-16 units pass, one more does not."""
    assert message_text("  \n<b>x</b>\r\n ", "HTML", ()).entities[0].offset == 0
    assert message_text("<b>" + "😀" * 2048 + "</b>", "HTML", ()).text == "😀" * 2048
    with pytest.raises(ApiError, match="Bad Request: message is too long"):
        message_text("😀" * 2048 + "x", "HTML", ())
    with pytest.raises(ApiError, match="Bad Request: message text is empty"):
        message_text("<b>  </b>\n", "HTML", ())


def test_commands_and_addresses_are_found_in_plain_text() -> None:
    """What a person types has command entities as Telegram's apps make them."""
    found = typed("/train@coltrain_bot epochs=2 see https://x.org/a. or /stop, a/b")
    cut = [found.text[e.offset : e.end] for e in found.entities]
    assert cut == ["/train@coltrain_bot", "https://x.org/a", "/stop"]


@settings(deadline=None)
@given(st.text(st.sampled_from("a😀"), min_size=1, max_size=9000))
def test_long_texts_are_cut_as_by_the_apps(text: str) -> None:
    """The pieces fit, lose nothing, and cut no character in two."""
    pieces = parts(text)
    assert "".join(pieces) == text
    assert all(0 < utf16_length(piece) <= 4096 for piece in pieces)
