"""The tools that come along: arithmetic, time, files of the workspace folder, HTTP, searches, questions to a person."""
