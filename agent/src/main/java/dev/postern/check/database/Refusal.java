package dev.postern.check.database;

import dev.postern.config.AgentConfig;
import java.sql.SQLException;

/** Why a database does not let an account in or answer it, and the line that mends it. */
public record Refusal(String problem, String mend) {

    public static Refusal of(SQLException e, AgentConfig.Mysql where) {
        return switch (e.getErrorCode()) {
            case 1045, 1698 ->
                new Refusal(
                        "the server does not let " + where.user() + " in: wrong password?",
                        "ALTER USER '" + where.user() + "'@'localhost' IDENTIFIED BY '…', and the same into its file");
            case 3118, 4151 ->
                new Refusal(
                        "the account " + where.user() + " is locked",
                        "ALTER USER '" + where.user() + "'@'localhost' IDENTIFIED BY '…' ACCOUNT UNLOCK");
            case 1044 -> new Refusal("the account " + where.user() + " may not use it", "mariadb < schema/grants.sql");
            case 1049 ->
                new Refusal(
                        "there is no such database",
                        "CREATE DATABASE `" + where.database() + "` CHARACTER SET utf8mb4, then postern migrate");
            default ->
                new Refusal(
                        "no answer from " + place(where) + ": " + e.getMessage(),
                        "systemctl start mariadb, or name another in [mysql]");
        };
    }

    private static String place(AgentConfig.Mysql where) {
        return where.socket() == null
                ? where.host() + ":" + where.port()
                : where.socket().toString();
    }
}
