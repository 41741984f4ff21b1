"""The sheets of the summary workbook, by subject, and the tables that they are made of."""
