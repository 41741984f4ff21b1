"""Many workbooks: files in, rows, rules, a checked batch out.

Exceptions that are caught so that one file or rule does not cost the others are logged to ``perfxl.faults``.
"""

import logging

logging.getLogger("perfxl").addHandler(logging.NullHandler())  # a library prints no log unless its user wants it
