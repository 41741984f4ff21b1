CREATE TABLE perfxl_ledger (
    version INTEGER NOT NULL,
    PRIMARY KEY (version)
);

CREATE TABLE round (
    id VARCHAR(64) NOT NULL,
    profile TEXT NOT NULL,
    year INTEGER NOT NULL,
    title TEXT NOT NULL,
    created VARCHAR(40) NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE event (
    id INTEGER NOT NULL,
    round VARCHAR(64) NOT NULL,
    at VARCHAR(40) NOT NULL,
    what VARCHAR(20) NOT NULL,
    message INTEGER,
    file INTEGER,
    detail TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(round) REFERENCES round (id)
);

CREATE TABLE message (
    id INTEGER NOT NULL,
    round VARCHAR(64) NOT NULL,
    identity VARCHAR(80) NOT NULL,
    kind VARCHAR(8) NOT NULL,
    message_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    reply_to TEXT NOT NULL,
    subject TEXT NOT NULL,
    sent VARCHAR(40) NOT NULL,
    received VARCHAR(40) NOT NULL,
    "references" TEXT NOT NULL,
    automatic TEXT NOT NULL,
    problems TEXT NOT NULL,
    stored TEXT NOT NULL,
    state VARCHAR(8) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (round, identity),
    FOREIGN KEY(round) REFERENCES round (id)
);

CREATE TABLE file (
    id INTEGER NOT NULL,
    message INTEGER NOT NULL,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    stored TEXT NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    sender TEXT NOT NULL,
    status VARCHAR(16) NOT NULL,
    written TEXT NOT NULL,
    unit TEXT NOT NULL,
    how VARCHAR(8) NOT NULL,
    standing VARCHAR(10) NOT NULL,
    why TEXT NOT NULL,
    year INTEGER,
    errors INTEGER NOT NULL,
    warnings INTEGER NOT NULL,
    notices INTEGER NOT NULL,
    total BIGINT,
    PRIMARY KEY (id),
    UNIQUE (message, place),
    FOREIGN KEY(message) REFERENCES message (id)
);

CREATE TABLE seen (
    round VARCHAR(64) NOT NULL,
    "key" VARCHAR(400) NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY (round, "key"),
    FOREIGN KEY(round) REFERENCES round (id),
    FOREIGN KEY(message) REFERENCES message (id)
);

CREATE TABLE finding (
    file INTEGER NOT NULL,
    place INTEGER NOT NULL,
    code VARCHAR(40) NOT NULL,
    severity VARCHAR(8) NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (file, place),
    FOREIGN KEY(file) REFERENCES file (id)
);

CREATE TABLE reply (
    id INTEGER NOT NULL,
    round VARCHAR(64) NOT NULL,
    about VARCHAR(120) NOT NULL,
    message INTEGER,
    file INTEGER,
    unit TEXT NOT NULL,
    kind VARCHAR(20) NOT NULL,
    recipient TEXT NOT NULL,
    message_id TEXT NOT NULL,
    stored TEXT NOT NULL,
    state VARCHAR(10) NOT NULL,
    reason TEXT NOT NULL,
    created VARCHAR(40) NOT NULL,
    changed VARCHAR(40) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (round, about),
    FOREIGN KEY(round) REFERENCES round (id),
    FOREIGN KEY(message) REFERENCES message (id),
    FOREIGN KEY(file) REFERENCES file (id)
);
