"""Edits a workbook as the package it is: a zip of XML parts, of which only those that must change do.

``text`` < ``markup`` < ``opc`` < ``workbook``, ``styles``, ``sheets``, ``vml`` < ``comments``, ``front``.
"""
