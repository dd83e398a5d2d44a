"""Reports: one HTML file that opens from disk without a network, to be sent to whoever installs nothing.

page.py     what a report is made of, and the file that it becomes
templates/  its HTML, style and script
"""

from .page import Page, Section, html_of, write

__all__ = ["Page", "Section", "html_of", "write"]
