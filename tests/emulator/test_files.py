"""Files both ways: what is sent is described, downloads unchanged, and has Telegram's limits."""

from collections.abc import Callable

import httpx
import pytest
from telegram import Bot, InputMediaDocument, InputMediaPhoto
from telegram.error import BadRequest

from emulator.files import picture_size
from emulator.server import Emulator

YOU = 1001


async def test_pictures_and_documents(bot: Bot, png: Callable[[int, int], bytes]) -> None:
    """What was sent is described, downloads unchanged, and can be sent again by its id."""
    data = png(40, 30)
    sent = await bot.send_photo(YOU, data, caption="<i>curve</i>", parse_mode="HTML")
    assert (sent.photo[-1].width, sent.photo[-1].height) == (40, 30)
    assert sent.caption_entities[0].type == "italic"
    file = await sent.photo[-1].get_file()
    assert bytes(await file.download_as_bytearray()) == data
    document = await bot.send_document(YOU, b"a,b\n1,2\n", filename="历史 1.csv")
    assert document.document.file_name == "历史 1.csv"
    again = await bot.send_document(YOU, document.document.file_id)
    assert again.document.file_id == document.document.file_id
    changed = await sent.edit_media(InputMediaPhoto(png(8, 8), caption="newer"))
    assert (changed.photo[-1].width, changed.caption) == (8, "newer")
    recaptioned = await changed.edit_caption("newest")
    assert recaptioned.caption == "newest"


async def test_an_album_is_one_group(bot: Bot, png: Callable[[int, int], bytes]) -> None:
    """The messages of an album share a group id; one file alone is no album."""
    media = [InputMediaDocument(b"x", filename=f"{n}.txt") for n in range(2)]
    sent = await bot.send_media_group(YOU, media)
    assert len({message.media_group_id for message in sent}) == 1
    with pytest.raises(BadRequest, match="Document can't be mixed with other media types"):
        await bot.send_media_group(YOU, [media[0], InputMediaPhoto(png(8, 8))])


async def test_sizes_are_limited(
    bot: Bot, raw: httpx.AsyncClient, open_chat: Emulator, png: Callable[[int, int], bytes]
) -> None:
    """Upload 50 MB, photo 10 MB, download 20 MB, caption 1,024 characters: one more is refused."""
    mb = 1024 * 1024
    with pytest.raises(BadRequest, match="is too big for a photo; the maximum size is 10485760"):
        await bot.send_photo(YOU, png(9, 9) + bytes(10 * mb))
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(YOU, b"no picture")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_document(YOU, b"x", caption="x" * 1025)
    sent = await bot.send_document(YOU, bytes(20 * mb + 1), filename="big.bin")
    with pytest.raises(BadRequest, match="File is too big"):
        await sent.document.get_file()
    refused = await raw.post(
        "sendDocument", data={"chat_id": YOU}, files={"document": bytes(50 * mb + 1)}
    )
    assert (refused.status_code, refused.json()["description"]) == (413, "Request Entity Too Large")
    assert len(open_chat.world.messages(YOU)) == 2


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (b"GIF89a" + bytes([44, 1, 200, 0]), ("gif", 300, 200)),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\xc8\x01\x2c\x03", ("jpeg", 300, 200)),
        (b"RIFF....WEBPVP8X" + bytes(8) + bytes([43, 1, 0, 199, 0, 0]), ("webp", 300, 200)),
        (b"RIFF....WEBPVP8 " + bytes(10) + bytes([44, 1, 200, 0]), ("webp", 300, 200)),
        (b"\x89PNG\r\n\x1a\n", ("", 0, 0)),
        (b"", ("", 0, 0)),
    ],
)
def test_the_size_of_a_picture_is_read(data: bytes, size: tuple[str, int, int]) -> None:
    """Each kind of picture tells its size by its first bytes; what is cut off has none."""
    assert picture_size(data) == size
