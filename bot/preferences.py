"""Names and defaults of what a chat can choose."""

NOTIFY = "notify_"  # and a kind of bot.noise: a level; true and false of an earlier version
NOTIFY_EPOCHS = "notify_epochs"

QUIET_HOURS = "quiet_hours"  # as bot.noise writes them; empty: none
MUTED_UNTIL = "muted_until"  # ISO 8601; empty: not

KEEPALIVE_MINUTES = "keepalive_minutes"
KEEPALIVE_DEFAULT_MINUTES = 30
KEEPALIVE_OFF = 0

TIME_ZONE = "time_zone"  # a name of bot.zones

LANGUAGE = "language"  # a value of bot.language.Language; empty: as Telegram
TELEGRAM_LANGUAGE = "telegram_language"  # that of whoever writes there

LAST_PING = "last_ping_message_id"

PLOT_DARK = "plot_dark"

CARD_MORE = "card_more"  # whether cards show all there is
