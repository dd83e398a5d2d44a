"""Speed and memory, measured side by side in one go: `make bench`."""
