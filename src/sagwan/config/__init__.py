"""Settings, from options and the environment. Nothing else reads the environment."""

from sagwan.config.load import load_client_settings, load_settings, user_name
from sagwan.config.settings import ClientSettings, Settings

__all__ = ["ClientSettings", "Settings", "load_client_settings", "load_settings", "user_name"]
