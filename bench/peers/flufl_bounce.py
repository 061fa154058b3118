"""`python3 flufl_bounce.py FOLDER SECONDS`: flufl.bounce over the messages of a folder, loaded before the first is timed."""

import email
import json
import os
import platform
import sys
import time

from flufl.bounce import __version__, all_failures

folder, seconds = sys.argv[1], float(sys.argv[2])
messages = []
for name in sorted(os.listdir(folder)):
    with open(os.path.join(folder, name), "rb") as file:
        messages.append(file.read())

rounds = []
end = time.perf_counter() + seconds
while not rounds or time.perf_counter() < end:
    found = failed = 0
    start = time.perf_counter()
    for message in messages:
        try:
            temporary, permanent = all_failures(email.message_from_bytes(message))
            found += bool(temporary or permanent)
        except Exception:
            failed += 1
    rounds.append((time.perf_counter() - start) * 1000)

print(json.dumps({"rounds": rounds, "found": found, "failed": failed, "on": f"{__version__}, Python {platform.python_version()}"}))
