"""Files are read whole up to a bound; what is none keeps nobody waiting."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from workbench.errors import BadFile
from workbench.plain_files import read_bytes, read_text


def test_a_file_is_read_as_far_as_it_may_be(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfw\xc3\xb6rd\r\n")
    assert read_text(path) == "wörd\r\n"
    assert read_bytes(path, 3) == b"\xef\xbb\xbfw"
    with pytest.raises(BadFile, match="is larger than 0 kB"):
        read_text(path, 3)


def test_text_that_is_none_is_told_with_its_line(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\ntwo \xff\n")
    with pytest.raises(BadFile, match=r"a\.txt, line 2: is not UTF-8 text; save it as UTF-8"):
        read_text(path)


def test_what_is_no_file_is_named(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    for name, told in (
        ("pipe", "it is a pipe, not a file"),
        ("/dev/zero", "it is a device, not a file"),
        (".", "Is a directory"),
        ("loop", "Too many levels of symbolic links"),
        ("gone", "No such file or directory"),
    ):
        with pytest.raises(BadFile, match=f"cannot be read: {told}"):
            read_text(tmp_path / name)


def test_a_pipe_is_read_to_its_end_where_one_may_be_given(tmp_path: Path):
    ends = os.pipe()
    writer = threading.Thread(target=lambda: (os.write(ends[1], b"words"), os.close(ends[1])))
    writer.start()
    assert read_text(Path(f"/dev/fd/{ends[0]}"), pipes=True) == "words"
    writer.join()
    os.close(ends[0])
    os.mkfifo(tmp_path / "pipe")
    assert read_text(tmp_path / "pipe", pipes=True) == "", "nobody writes to it"


def test_a_pipe_that_never_ends_is_read_up_to_the_bound():
    ends = os.pipe()

    def write() -> None:
        try:
            while True:
                os.write(ends[1], b"y\n" * 1000)
        except BrokenPipeError:
            os.close(ends[1])

    writer = threading.Thread(target=write)
    writer.start()
    with pytest.raises(BadFile, match="is larger than 10 kB"):
        read_text(Path(f"/dev/fd/{ends[0]}"), 10_000, pipes=True)
    os.close(ends[0])
    writer.join()
