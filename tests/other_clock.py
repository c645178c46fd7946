"""A pytest plugin (`-p tests.other_clock`): everything is imported and collected two years and half a day later."""

from datetime import timedelta

import time_machine

time_machine.travel(timedelta(days=730, hours=13), tick=True).start()
