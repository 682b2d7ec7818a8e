package dev.postern.bench;

import dev.postern.testing.TestDatabase;

/** What the seed's post-login script says, with the name that the client program has today. */
final class SeedScript {

    private SeedScript() {}

    /** Its lines but for the first; the account that it uses can then do what it says. */
    static String on(TestDatabase database) {
        database.execute("GRANT UPDATE (lastip, lasttime) ON user TO 'dovecot'@'"
                + database.server().clientHost() + "'");
        TestDatabase.Account account = database.account("dovecot");
        return "echo \"UPDATE user SET lasttime=NOW(), lastip='$IP' WHERE email='$USER';\" | /usr/bin/mariadb -u"
                + account.user() + " -p" + account.password() + " -h" + database.host() + " -P" + database.port()
                + " " + database.database() + "\nexec \"$@\"";
    }
}
