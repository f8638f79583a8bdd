"""The store: the only place with SQL."""

from bot.store.database import Store, StoreDamaged, StoreError, Transaction
from bot.store.outbox import Notification

__all__ = ["Notification", "Store", "StoreDamaged", "StoreError", "Transaction"]
