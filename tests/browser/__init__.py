"""What readers meet in a browser, tested in one: reports from disk, pages served on this machine.

chromium.py  finding the browser, and how it is kept off the network
watching.py  what a page asked for and complained of, against what it may
reach.py     accessibility: axe, and a way through the page by keyboard
loopback.py  a command whose Python cannot reach beyond this machine
conftest.py  the fixtures made of these
"""
