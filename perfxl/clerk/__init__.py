"""What a clerk hands over beside the workbooks: settings over the profile, waivers, pairs, control figures."""

from perfxl.clerk.beside import Beside, hand_over
from perfxl.clerk.config import Config, edition
from perfxl.clerk.errors import ClerkError

__all__ = ["Beside", "ClerkError", "Config", "edition", "hand_over"]
