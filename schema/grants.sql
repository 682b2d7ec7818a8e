-- Least privilege, column by column, for the programs that use the database `mail`. To be applied by an
-- administrator after the schema; safe to repeat.
--
-- The accounts are created locked and without a password, so that no password stands in any file. Open each with
--   ALTER USER 'postern'@'localhost' IDENTIFIED BY '…' ACCOUNT UNLOCK;
-- A server that resolves no names (skip_name_resolve) sees 127.0.0.1 in place of localhost: use the socket there, or
-- repeat these for 'postern'@'127.0.0.1'.

CREATE USER IF NOT EXISTS 'postfix'@'localhost' ACCOUNT LOCK;
CREATE USER IF NOT EXISTS 'dovecot'@'localhost' ACCOUNT LOCK;
CREATE USER IF NOT EXISTS 'postern'@'localhost' ACCOUNT LOCK;
CREATE USER IF NOT EXISTS 'postern_admin'@'localhost' ACCOUNT LOCK;

-- What the maps in postfix/mysql/ ask. Never a password.
GRANT SELECT (`domain`, `transport`) ON `mail`.`domain` TO 'postfix'@'localhost';
GRANT SELECT (`direction`, `email`, `recipient`) ON `mail`.`subscription` TO 'postfix'@'localhost';
GRANT SELECT (`id`, `email`, `active`, `lastip`, `lasttime`, `over_quota`)
  ON `mail`.`user` TO 'postfix'@'localhost';

-- Authentication and limits. Dovecot writes nothing any more: Postern does.
GRANT SELECT (`email`, `password`, `active`, `max_bytes`, `max_messages`, `over_quota`)
  ON `mail`.`user` TO 'dovecot'@'localhost';

-- Four columns to write, and what lookups need to read.
GRANT SELECT (`email`, `active`, `lastip`, `lasttime`, `bytes`, `messages`, `max_bytes`, `max_messages`, `over_quota`)
  ON `mail`.`user` TO 'postern'@'localhost';
GRANT UPDATE (`lastip`, `lasttime`, `bytes`, `messages`) ON `mail`.`user` TO 'postern'@'localhost';
GRANT SELECT (`direction`, `email`, `recipient`) ON `mail`.`subscription` TO 'postern'@'localhost';
GRANT SELECT, INSERT, UPDATE ON `mail`.`postern_checkpoint` TO 'postern'@'localhost';

-- The commands that administer: domains, mailboxes, subscriptions. It sets passwords and reads none, not even their
-- hashes; what it writes into the audit stays as it is.
GRANT SELECT (`id`, `active`, `email`, `surname`, `name`, `patronym`, `lastip`, `lasttime`, `bytes`, `messages`,
    `max_bytes`, `max_messages`, `ad_login`, `phones`, `position`, `department`, `over_quota`, `password_scheme`),
  INSERT (`active`, `email`, `password`, `surname`, `name`, `patronym`, `max_bytes`, `max_messages`, `ad_login`,
    `phones`, `position`, `department`),
  UPDATE (`active`, `password`, `surname`, `name`, `patronym`, `max_bytes`, `max_messages`, `ad_login`, `phones`,
    `position`, `department`),
  DELETE
  ON `mail`.`user` TO 'postern_admin'@'localhost';
GRANT SELECT, INSERT, DELETE ON `mail`.`subscription` TO 'postern_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE (`transport`), DELETE ON `mail`.`domain` TO 'postern_admin'@'localhost';
GRANT SELECT, INSERT ON `mail`.`postern_audit` TO 'postern_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON `mail`.`postern_deleted` TO 'postern_admin'@'localhost';
