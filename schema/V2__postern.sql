-- What has changed since the seed.

-- lasttime becomes UTC with sub-seconds: the seed wrote NOW(), in the server's own zone.
UPDATE `user` SET `lasttime` = CONVERT_TZ(`lasttime`, @@global.time_zone, '+00:00') WHERE `lasttime` IS NOT NULL;

-- Addresses in lower case compare the same everywhere; the collation of the columns stays case-insensitive.
ALTER TABLE `user`
  CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci,
  MODIFY `lastip` varchar(45) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL,
  MODIFY `lasttime` datetime(6) DEFAULT NULL,
  MODIFY `messages` bigint DEFAULT NULL,
  DROP INDEX `fullname`,
  ADD INDEX `fullname` (`surname`, `name`, `patronym`),
  ADD COLUMN `over_quota` boolean GENERATED ALWAYS AS (
    COALESCE((`bytes` >= `max_bytes` AND `max_bytes` > 0)
      OR (`messages` >= `max_messages` AND `max_messages` > 0), FALSE)) VIRTUAL,
  ADD INDEX `relay` (`lastip`, `lasttime`),
  ADD INDEX `lasttime` (`lasttime`),
  ADD INDEX `over_quota` (`over_quota`, `email`);

ALTER TABLE `subscription` CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;

ALTER TABLE `domain` CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;

-- Which batch an agent has written last: written in the batch's own transaction.
CREATE TABLE `postern_checkpoint` (
  `agent` varchar(64) NOT NULL,
  `batch` bigint unsigned NOT NULL,
  `written` datetime(6) NOT NULL,
  PRIMARY KEY (`agent`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
