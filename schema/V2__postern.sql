-- What has changed since the seed.
--
-- Each step is one statement that a server makes as a whole or not at all, and is left out where it has been made: a file that
-- was interrupted, or applied by hand, can be applied again. MySQL does not know ADD COLUMN IF NOT EXISTS; hence PREPARE.

-- Everything that may be refused comes first, before any value changes: two addresses that the new collation takes for one,
-- an index that is too long. The row format is that of new tables: older ones do not take indexes of this length.
-- Addresses in lower case compare the same everywhere; the collation of the columns stays case-insensitive.
ALTER TABLE `subscription` CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, ROW_FORMAT=DYNAMIC;

ALTER TABLE `domain` CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, ROW_FORMAT=DYNAMIC;

SET @postern_step = IF(
  EXISTS (SELECT * FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'user' AND column_name = 'over_quota'),
  'DO 0',
  CONCAT('ALTER TABLE `user`
    CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, ROW_FORMAT=DYNAMIC,
    MODIFY `lastip` varchar(45) DEFAULT NULL,
    MODIFY `messages` bigint DEFAULT NULL,',
    IF(EXISTS (SELECT * FROM information_schema.statistics
        WHERE table_schema = DATABASE() AND table_name = 'user' AND index_name = 'fullname'),
      'DROP INDEX `fullname`,', ''),
   'ADD INDEX `fullname` (`surname`, `name`, `patronym`),
    ADD COLUMN `over_quota` boolean GENERATED ALWAYS AS (
      COALESCE((`bytes` >= `max_bytes` AND `max_bytes` > 0)
        OR (`messages` >= `max_messages` AND `max_messages` > 0), FALSE)) VIRTUAL,
    ADD COLUMN `lasttime_utc` datetime(6) DEFAULT NULL,
    ADD INDEX `over_quota` (`over_quota`, `email`)'));

PREPARE postern_step FROM @postern_step;

EXECUTE postern_step;

-- lasttime becomes UTC with sub-seconds: the seed wrote NOW(), in the server's own zone. The new values are made beside the
-- old ones, from which they can be made again.
SET @postern_step = IF(
  EXISTS (SELECT * FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'user' AND column_name = 'lasttime_utc'),
  'UPDATE `user` SET `lasttime_utc` = CONVERT_TZ(`lasttime`, @@global.time_zone, ''+00:00'')',
  'DO 0');

PREPARE postern_step FROM @postern_step;

EXECUTE postern_step;

SET @postern_step = IF(
  EXISTS (SELECT * FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'user' AND column_name = 'lasttime_utc'),
  'ALTER TABLE `user`
    DROP COLUMN `lasttime`,
    CHANGE `lasttime_utc` `lasttime` datetime(6) DEFAULT NULL AFTER `lastip`,
    ADD INDEX `relay` (`lastip`, `lasttime`),
    ADD INDEX `lasttime` (`lasttime`)',
  'DO 0');

PREPARE postern_step FROM @postern_step;

EXECUTE postern_step;

-- Which batch an agent has written last: written in the batch's own transaction.
CREATE TABLE IF NOT EXISTS `postern_checkpoint` (
  `agent` varchar(64) NOT NULL,
  `batch` bigint unsigned NOT NULL,
  `written` datetime(6) NOT NULL,
  PRIMARY KEY (`agent`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
