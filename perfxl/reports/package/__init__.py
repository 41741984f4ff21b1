"""Edits a workbook as a package: a zip of XML parts, of which only those that must change are written."""
