-- An IP address is ASCII, and its index is a quarter as long then. A statement of its own: within V2's ALTER TABLE, MariaDB
-- would have CONVERT TO decide for all columns. What is not ASCII is not an address.
UPDATE `user` SET `lastip` = NULL WHERE LENGTH(`lastip`) > CHAR_LENGTH(`lastip`);

ALTER TABLE `user` MODIFY `lastip` varchar(45) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL;
