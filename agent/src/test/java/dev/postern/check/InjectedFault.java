package dev.postern.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/**
 * One way to break an installation.
 *
 * @param name what is done
 * @param finding how the one line begins that is to be found then, or what is in it
 */
record InjectedFault(String name, HostAction doing, HostAction undoing, String finding) {

    /** Something done to an installation. */
    @FunctionalInterface
    interface HostAction {
        void to(Installation host);
    }

    /** By a shell command, run beside Dovecot as root. */
    static InjectedFault of(String script, String undo, String finding) {
        return new InjectedFault(script, host -> host.beside(script), host -> host.beside(undo), finding);
    }

    /** By other words in postern.toml; the agent goes on with what it has read. */
    static InjectedFault ofConfig(String words, String others, String finding) {
        return new InjectedFault(
                words + " -> " + others, host -> host.rewrite(words, others), Installation::restoreConfig, finding);
    }

    /** By other words in postern.toml, which the agent has read. */
    static InjectedFault ofReadConfig(String words, String others, String finding) {
        return new InjectedFault(
                words + " -> " + others,
                host -> {
                    host.rewrite(words, others);
                    host.restartAgent();
                },
                host -> {
                    host.restoreConfig();
                    host.restartAgent();
                },
                finding);
    }

    /** By another name for one of the agent's sockets in postern.toml, as whose name the agent listens from then on. */
    static InjectedFault ofMovedSocket(String name, String other, String finding) {
        String directory = "/run/postern/";
        return new InjectedFault(
                name + " -> " + other,
                host -> {
                    host.rewrite("/" + name, "/" + other);
                    host.beside("mv " + directory + name + " " + directory + other);
                },
                host -> {
                    host.beside("mv " + directory + other + " " + directory + name);
                    host.restoreConfig();
                },
                finding);
    }

    /** By parameters of main.cf, all of which are put back. */
    static InjectedFault ofPostfix(String finding, String... parameters) {
        return ofPostfixBy("-e", finding, parameters);
    }

    /** By what postconf does with such an option. */
    static InjectedFault ofPostfixBy(String option, String finding, String... settings) {
        return new InjectedFault(
                String.join(" ", settings),
                host -> {
                    host.beside("cp -a $MAIL_CONFIG/main.cf $MAIL_CONFIG/main.cf.sound; cp -a $MAIL_CONFIG/master.cf"
                            + " $MAIL_CONFIG/master.cf.sound");
                    host.postconf(option, settings);
                },
                host -> host.beside(
                        "mv $MAIL_CONFIG/main.cf.sound $MAIL_CONFIG/main.cf; mv $MAIL_CONFIG/master.cf.sound"
                                + " $MAIL_CONFIG/master.cf"),
                finding);
    }

    /** By other words in a file of postfix/mysql/. */
    static InjectedFault ofTable(String file, String words, String others, String finding) {
        String path = "$MAIL_CONFIG/mysql/" + file;
        return of(
                "cp -a " + path + " " + path + ".sound && sed -i \"s/" + words + "/" + others + "/\" " + path
                        + " && touch -d '1 minute ago' " + path,
                "mv " + path + ".sound " + path,
                finding);
    }

    /** By a statement in the database. */
    static InjectedFault ofDatabase(String statement, String undo, String finding) {
        return new InjectedFault(
                statement,
                host -> host.database().execute(statement),
                host -> host.database().execute(undo),
                finding);
    }

    /** Breaks it, checks it, fixes it. */
    void assertFoundAlone(Installation host, String... options) {
        doing.to(host);
        try {
            List<String> found = host.check(options);
            assertThat(found).singleElement().asString().startsWith(finding);
        } finally {
            undoing.to(host);
        }
    }

    @Override
    public String toString() {
        return name.replaceAll("\\s+", " ");
    }
}
