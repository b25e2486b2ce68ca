"""Stands in for the camera's process: passes on what a test says on a socket, and keeps the pulse going.

Started as the process is, `SCRIPT -m drivers.scanner.eye SOURCE FD …`; SOURCE is the path of the socket.
"""

import os
import select
import socket
import sys
import time

from drivers.scanner.window import Window

window = Window(int(sys.argv[4]))
line = socket.socket(socket.AF_UNIX)
line.connect(sys.argv[3])
beats = 0
while True:
    window.beat(time.monotonic(), changed=beats > 0)
    beats += 1
    if select.select([line], [], [], 0.05)[0]:
        said = line.recv(65536)
        if not said:
            break
        while said:
            said = said[os.write(1, said) :]
