"""Handlers of artifacts: the proxy, what runs and logged models keep, signed URLs, folders."""

from sagwan.server.api.artifacts.archives import ROUTES as _ARCHIVES
from sagwan.server.api.artifacts.multipart import ROUTES as _MULTIPART
from sagwan.server.api.artifacts.owned import HANDLERS as _OWNED_HANDLERS
from sagwan.server.api.artifacts.owned import ROUTES as _OWNED
from sagwan.server.api.artifacts.proxy import ROUTES as _PROXY
from sagwan.server.api.artifacts.signed import HANDLERS as _SIGNED_HANDLERS
from sagwan.server.api.artifacts.signed import ROUTES as _SIGNED

ROUTES = [*_PROXY, *_MULTIPART, *_SIGNED, *_OWNED, *_ARCHIVES]

HANDLERS = {**_OWNED_HANDLERS, **_SIGNED_HANDLERS}
