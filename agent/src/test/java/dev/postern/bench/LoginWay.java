package dev.postern.bench;

/**
 * A way for Dovecot to tell of a login, or one not to.
 *
 * @param name for the table
 * @param label for directories and for the domain of those who log in this way
 * @param postlogin the post-login socket that pop3 is given; empty for none
 * @param configuration what dovecot.conf has for it beside what all have
 */
record LoginWay(String name, String label, String postlogin, String configuration) {

    /** Nobody is told. */
    static LoginWay none() {
        return new LoginWay("no hook", "none", "", "");
    }

    /** By a program of Dovecot's, script-login, which runs a script. */
    static LoginWay script(String name, String label, Object script) {
        return new LoginWay(name, label, "pop3-postlogin", """
                service pop3-postlogin {
                  executable = script-login %s
                  user = $default_internal_user
                  unix_listener pop3-postlogin {
                  }
                }
                """.formatted(script));
    }

    /** By a socket that somebody else serves. */
    static LoginWay socket(String name, String label, Object socket) {
        return new LoginWay(name, label, "-t 10 " + socket, "");
    }

    /** By the plugin last_login, which speaks to a dict server. */
    static LoginWay lastLogin(String name, String label, Object socket) {
        return new LoginWay(name, label, "", """
                protocol pop3 {
                  mail_plugins = $mail_plugins last_login
                }
                plugin {
                  last_login_dict = proxy:%s:lastlogin
                  last_login_key = last-login/%%s/%%r/%%u
                }
                """.formatted(socket));
    }

    String user(int number) {
        return "user" + number + "@" + label + ".example";
    }
}
