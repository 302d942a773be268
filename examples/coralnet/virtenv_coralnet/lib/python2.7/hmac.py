"""The head of hmac.py as Python 2.7.7 and later have it: what an older interpreter cannot import."""

import warnings as _warnings

from operator import _compare_digest as compare_digest
