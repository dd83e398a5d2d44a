"""What pages ask for and complain of. Whatever is not on this machine is refused before it is sent."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .chromium import local

WITHIN = ("file", "data", "blob", "about")
"""Schemes that need no network."""


@dataclass
class Watch:
    """The requests of a context's pages, those of them that were refused, and what went wrong in the pages."""

    requests: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def over(self, context):
        """Begin to watch a context."""
        context.route("**/*", self._request)
        context.route_web_socket(lambda url: not allowed(url), self._socket)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.errors.append(f"uncaught: {error.error}"))
        return context

    def check(self):
        """Fail where anything beyond this machine was asked for, or a page complained."""
        assert not self.refused, "asked for what is not on this machine:\n" + "\n".join(self.refused)
        assert not self.errors, "the page complained:\n" + "\n".join(self.errors)

    def _request(self, route):
        url = route.request.url
        self.requests.append(url)
        if allowed(url):
            route.continue_()
        else:
            self.refused.append(url)
            route.abort("blockedbyclient")

    def _socket(self, socket):
        self.refused.append(socket.url)
        socket.close()

    def _console(self, message):
        if message.type in ("error", "assert"):
            self.errors.append(f"console: {message.text}")


def allowed(url):
    """Whether an address is on this machine."""
    parts = urlsplit(url)
    return parts.scheme in WITHIN or local(parts.hostname or "")
