-- Sample mailboxes of `postern try`.
INSERT IGNORE INTO domain (domain) VALUES ('example.org');
INSERT IGNORE INTO user (email, surname) VALUES ('alice@example.org', 'Alice'), ('bob@example.org', 'Bob');
INSERT IGNORE INTO user (email, surname, bytes, messages, max_bytes)
  VALUES ('full@example.org', 'Full', 1048576, 42, 1048576);
INSERT IGNORE INTO user (email, surname, active) VALUES ('gone@example.org', 'Gone', 'N');
