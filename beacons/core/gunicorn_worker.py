"""The web server's worker: gunicorn's threads, with one fault of theirs mended."""

from concurrent.futures import Future
from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):
    """A client that lingers holds up nobody else.

    After an answer that ends its connection, gunicorn 27 waits up to two seconds for the client to hang up too,
    and waits in the loop that accepts everybody: one slow client stops the whole worker, as often as it likes
    (tests/setup/test_web.py). Here a thread of the pool does the waiting.
    """

    def finish_request(self, conn: Any, fs: Future) -> None:
        if self.alive and not fs.cancelled() and fs.exception() is None and fs.result() is False:
            self.nr_conns -= 1
            self.tpool.submit(conn.close, graceful=True)
        else:
            super().finish_request(conn, fs)
