package dev.postern.bench;

import dev.postern.testing.TestDatabase;

/** The seed's post-login script, with the client program's name of today and its quickest connection. */
final class SeedScript {

    private SeedScript() {}

    /** Its lines after the first; grants the account what they need. */
    static String on(TestDatabase database) {
        return update(database) + "\nexec \"$@\"";
    }

    /** What it does before it goes on. */
    static String update(TestDatabase database) {
        database.execute("GRANT UPDATE (lastip, lasttime) ON user TO 'dovecot'@'"
                + database.server().clientHost() + "'");
        TestDatabase.DatabaseAccount account = database.account("dovecot");
        String server = database.socket() == null
                ? " -h" + database.host() + " -P" + database.port()
                : " -S" + database.socket();
        return "echo \"UPDATE user SET lasttime=NOW(), lastip='$IP' WHERE email='$USER';\" | /usr/bin/mariadb -u"
                + account.user() + " -p" + account.password() + server + " " + database.database();
    }
}
