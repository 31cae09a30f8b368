"""Reading ahead: the next block is read and unpacked in a thread while the present one is parsed."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TypeVar

Item = TypeVar("Item")


class _Failed:
    def __init__(self, error: BaseException) -> None:
        self.error = error


class _End:
    pass


def read_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items in the same order; at most one is waiting and one in the making. An error comes out where it belongs.

    Closing the iterator stops the thread after the item it works on.
    """
    waiting: Queue[Item | _Failed | _End] = Queue(maxsize=1)
    stop = Event()

    def put(item: Item | _Failed | _End) -> bool:
        while not stop.is_set():
            try:
                waiting.put(item, timeout=0.1)
            except Full:
                continue
            return True
        return False

    def work() -> None:
        try:
            for item in items:
                if not put(item):
                    return
            put(_End())
        except BaseException as error:
            put(_Failed(error))

    thread = Thread(target=work, name="read-ahead", daemon=True)
    thread.start()
    try:
        while True:
            item = waiting.get()
            if isinstance(item, _End):
                return
            if isinstance(item, _Failed):
                raise item.error
            yield item
            del item
    finally:
        stop.set()
        while thread.is_alive():
            try:
                waiting.get_nowait()
            except Empty:
                thread.join(timeout=0.05)
