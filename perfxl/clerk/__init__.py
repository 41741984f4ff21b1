"""What a clerk hands over beside the workbooks: settings over the profile, waivers, pairs, control figures."""

from perfxl.clerk.config import Config, edition
from perfxl.clerk.errors import ClerkError
from perfxl.clerk.inputs import ClerkInputs, load_inputs

__all__ = ["ClerkError", "ClerkInputs", "Config", "edition", "load_inputs"]
