"""Many workbooks: files in, rows, rules, a checked batch out."""
