"""The round (批次): one collection of returns, from the first mail to the summary, in a folder with a ledger."""
