package dev.postern.bench;

import dev.postern.testing.TestDatabase;

/** What the seed's post-login script says, with the name that the client program has today, and by the quickest way to it. */
final class SeedScript {

    private SeedScript() {}

    /** Its lines but for the first; the account that it uses can then do what it says. */
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
