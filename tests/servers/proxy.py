"""A TCP proxy on loopback whose cable can be cut: connections stay open, and not a byte passes."""

from __future__ import annotations

import contextlib
import socket
import threading
import time


class Proxy:
    """Passes what comes to ``port`` on to another port of this machine, until it is `cut`."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._cut = threading.Event()
        self._over = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(0.1)
        self.port = int(self._server.getsockname()[1])
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._server.close()
        for each in (*self._sockets, *self._threads):
            if isinstance(each, socket.socket):
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            else:
                each.join()

    def cut(self) -> None:
        self._cut.set()

    def mend(self) -> None:
        self._cut.clear()

    def _accept(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                near, _ = self._server.accept()
                self._sockets.append(near)
                self._threads.append(threading.Thread(target=self._connect, args=(near,), daemon=True))
                self._threads[-1].start()

    def _connect(self, near: socket.socket) -> None:
        self._wait_for_cable()
        try:
            far = socket.create_connection(("127.0.0.1", self._to))
        except OSError:
            near.close()
            return
        pumps = [threading.Thread(target=self._pump, args=pair, daemon=True) for pair in ((near, far), (far, near))]
        with near, far:
            for pump in pumps:
                pump.start()
            for pump in pumps:
                pump.join()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._wait_for_cable()
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _wait_for_cable(self) -> None:
        while self._cut.is_set() and not self._over.is_set():
            time.sleep(0.02)
