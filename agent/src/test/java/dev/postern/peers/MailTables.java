package dev.postern.peers;

import dev.postern.testing.PostfixServer;
import dev.postern.testing.TestDatabase;

/** The tables that Postfix reads, filled in the words of the tests. */
final class MailTables {

    private final TestDatabase database;

    MailTables(TestDatabase database) {
        this.database = database;
    }

    /** What the administrator fills into the maps after the README. */
    static PostfixServer.PostfixSql account(TestDatabase database) {
        TestDatabase.DatabaseAccount account = database.account("postfix");
        // TCP: the server's socket may be in a directory that user postfix may not enter.
        // By its number: to the client library "localhost" is a socket, whatever port comes with it.
        String host = database.host().equals("localhost") ? "127.0.0.1" : database.host();
        String hosts = "inet:" + host + ":" + database.port();
        return new PostfixServer.PostfixSql(hosts, database.database(), account.user(), account.password());
    }

    /** Nothing but the domain example.org, in Dovecot by the column's default. */
    MailTables reset() {
        database.execute(
                "DELETE FROM `user`",
                "DELETE FROM subscription",
                "DELETE FROM domain",
                "INSERT INTO domain (domain) VALUES ('example.org')");
        return this;
    }

    MailTables route(String domain, String transport) {
        database.execute(
                "INSERT INTO domain (domain, transport) VALUES (" + text(domain) + ", " + text(transport) + ")");
        return this;
    }

    MailTables active(String... emails) {
        return mailboxes("Y", emails);
    }

    MailTables disabled(String... emails) {
        return mailboxes("N", emails);
    }

    private MailTables mailboxes(String active, String... emails) {
        for (String email : emails) {
            database.execute("INSERT INTO `user` (email, surname, active) VALUES (" + text(email) + ", " + text(email)
                    + ", " + text(active) + ")");
        }
        return this;
    }

    MailTables incoming(String email, String... subscribers) {
        return subscribe("I", email, subscribers);
    }

    MailTables outgoing(String email, String... subscribers) {
        return subscribe("O", email, subscribers);
    }

    private MailTables subscribe(String direction, String email, String... subscribers) {
        for (String subscriber : subscribers) {
            database.execute("INSERT INTO subscription (direction, email, recipient) VALUES (" + text(direction) + ", "
                    + text(email) + ", " + text(subscriber) + ")");
        }
        return this;
    }

    /** @param secondsAgo negative for a time to come */
    MailTables login(String email, String ip, int secondsAgo) {
        return set(
                email, "lastip = " + text(ip) + ", lasttime = UTC_TIMESTAMP(6) - INTERVAL " + secondsAgo + " SECOND");
    }

    MailTables set(String email, String assignments) {
        database.execute("UPDATE `user` SET " + assignments + " WHERE email = " + text(email));
        return this;
    }

    MailTables execute(String... statements) {
        database.execute(statements);
        return this;
    }

    private static String text(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
