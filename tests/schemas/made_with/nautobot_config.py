"""Settings of Nautobot: `NAUTOBOT_CONFIG=nautobot_config.py E=postgresql|mysql P=port U=user W=password nautobot-server migrate`."""

import os

from django.core.cache.backends.filebased import FileBasedCache
from nautobot.core.settings import *  # noqa: F403

engine = os.environ.get("E", "postgresql")
DATABASES = {
    "default": {
        "ENGINE": f"django.db.backends.{engine}",
        "NAME": "nautobot",
        "USER": os.environ["U"],
        "PASSWORD": os.environ["W"],
        "HOST": "127.0.0.1",
        "PORT": os.environ["P"],
        "OPTIONS": {"charset": "utf8mb4", "collation": "utf8mb4_unicode_ci"} if engine == "mysql" else {},
    }
}


class Cache(FileBasedCache):
    """What Nautobot asks of Redis, where there is none."""

    def delete_pattern(self, *args, **kwargs):
        return 0

    def keys(self, *args, **kwargs):
        return []


SECRET_KEY = "x" * 50
CACHES = {"default": {"BACKEND": f"{__name__}.Cache", "LOCATION": "cache"}}
CELERY_BROKER_URL = "memory://"
METRICS_ENABLED = False
