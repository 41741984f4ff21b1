"""Mails -> their attachments: from files, folders, Maildirs and mailboxes on a server. Independent of rounds."""
