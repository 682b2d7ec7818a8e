package dev.postern.bench;

import java.util.Map;

/**
 * A way for Dovecot to report a login, or none.
 *
 * @param name for the table
 * @param label for directories and for the domain of the mailboxes that log in this way
 * @param postlogin the post-login socket that pop3 is given; empty for none
 * @param configuration what dovecot.conf has for it beside what all have
 * @param goals how many times as many logins there are to be as with other ways
 */
record LoginSetup(String name, String label, String postlogin, String configuration, Map<String, Double> goals) {

    static final String NONE = "no hook";
    static final String STUB = "last_login and a dict server that only answers";
    static final String EXEC = "a script with only exec";
    static final String SEED = "the seed's mysql script";

    /** Nothing is reported. */
    static LoginSetup none() {
        return new LoginSetup(NONE, "none", "", "", Map.of());
    }

    /** By a program of Dovecot's, script-login, which runs a script. */
    static LoginSetup script(String name, String label, Object script, Map<String, Double> goals) {
        return new LoginSetup(name, label, "pop3-postlogin", """
                service pop3-postlogin {
                  executable = script-login %s
                  user = $default_internal_user
                  unix_listener pop3-postlogin {
                  }
                }
                """.formatted(script), goals);
    }

    /** By a socket of another server. */
    static LoginSetup socket(String name, String label, Object socket) {
        return new LoginSetup(name, label, "-t 10 " + socket, "", Map.of(NONE, 0.97));
    }

    /** By the plugin last_login, which speaks to a dict server. */
    static LoginSetup lastLogin(String name, String label, Object socket, Map<String, Double> goals) {
        return new LoginSetup(name, label, "", """
                protocol pop3 {
                  mail_plugins = $mail_plugins last_login
                }
                plugin {
                  last_login_dict = proxy:%s:lastlogin
                  last_login_key = last-login/%%s/%%r/%%u
                }
                """.formatted(socket), goals);
    }

    String user(int number) {
        return "user" + number + "@" + label + ".example";
    }
}
