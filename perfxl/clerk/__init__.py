"""The files that a clerk gives with the workbooks: settings over the profile, waivers, pairs, roster, control list."""

from perfxl.clerk.inputs import ClerkFiles, ClerkInputs, Config, edition, load_inputs

__all__ = ["ClerkFiles", "ClerkInputs", "Config", "edition", "load_inputs"]
