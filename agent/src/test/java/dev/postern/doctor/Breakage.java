package dev.postern.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/**
 * One way to break an installation.
 *
 * @param name what is done
 * @param finding how the one line begins that is to be found then, or what is in it
 */
record Breakage(String name, Doing doing, Doing undoing, String finding) {

    /** Something done to an installation. */
    @FunctionalInterface
    interface Doing {
        void to(Installation host);
    }

    /** By a shell command, run beside Dovecot as root. */
    static Breakage of(String script, String undo, String finding) {
        return new Breakage(script, host -> host.beside(script), host -> host.beside(undo), finding);
    }

    /** By other words in postern.toml; the agent goes on with what it has read. */
    static Breakage ofConfig(String words, String others, String finding) {
        return new Breakage(
                words + " -> " + others, host -> host.rewrite(words, others), Installation::restoreConfig, finding);
    }

    /** Breaks it, checks it, mends it. */
    void assertFoundAlone(Installation host) {
        doing.to(host);
        try {
            List<String> found = host.check();
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
