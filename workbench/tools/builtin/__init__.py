"""The tools that come along: arithmetic, time, files of the workspace folder, HTTP to allowed hosts."""
