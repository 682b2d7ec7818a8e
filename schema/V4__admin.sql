-- For the commands that administer: which scheme a password has, what was changed and by which administrator, and what
-- was deleted. Each step can be repeated.

-- The account of those commands may not read passwords; the scheme is all that it sees of them.
SET @postern_step = IF(
  EXISTS (SELECT * FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'user' AND column_name = 'password_scheme'),
  'DO 0',
  'ALTER TABLE `user`
    ADD COLUMN `password_scheme` varchar(24) CHARACTER SET ascii COLLATE ascii_general_ci GENERATED ALWAYS AS (
      CASE
        WHEN `password` = '''' THEN ''''
        WHEN `password` REGEXP ''^[{][0-9A-Za-z.-]{1,24}[}]''
          THEN UPPER(SUBSTRING(`password`, 2, LOCATE(''}'', `password`) - 2))
        WHEN `password` LIKE ''$2_$%'' THEN ''BLF-CRYPT''
        WHEN `password` LIKE ''$6$%'' THEN ''SHA512-CRYPT''
        WHEN `password` LIKE ''$5$%'' THEN ''SHA256-CRYPT''
        WHEN `password` LIKE ''$y$%'' THEN ''YESCRYPT''
        WHEN `password` LIKE ''$1$%'' THEN ''MD5-CRYPT''
        WHEN `password` LIKE ''$argon2%'' THEN ''ARGON2''
        WHEN `password` REGEXP ''^[./0-9A-Za-z]{13}$'' THEN ''DES-CRYPT''
        ELSE ''UNKNOWN''
      END) VIRTUAL');

PREPARE postern_step FROM @postern_step;

EXECUTE postern_step;

-- A line for each change, in the transaction of the change. Never a password or a hash.
CREATE TABLE IF NOT EXISTS `postern_audit` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `time` datetime(6) NOT NULL,
  `actor` varchar(128) NOT NULL,
  `ip` varchar(45) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL,
  `action` varchar(32) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  `object` varchar(255) NOT NULL,
  `domain` varchar(255) NOT NULL,
  `run` bigint unsigned DEFAULT NULL,
  `changes` json NOT NULL,
  PRIMARY KEY (`id`),
  KEY `time` (`time`),
  KEY `object` (`object`, `time`),
  KEY `actor` (`actor`, `time`),
  KEY `domain` (`domain`, `time`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci ROW_FORMAT=DYNAMIC;

-- What a deleted mailbox was, without its password. Its mail is not touched and may still be on disk.
CREATE TABLE IF NOT EXISTS `postern_deleted` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `email` varchar(255) NOT NULL,
  `deleted` datetime(6) NOT NULL,
  `actor` varchar(128) NOT NULL,
  `content` json DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `email` (`email`),
  KEY `deleted` (`deleted`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci ROW_FORMAT=DYNAMIC;
