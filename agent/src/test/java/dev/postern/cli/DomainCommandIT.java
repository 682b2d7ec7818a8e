package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.postern.testing.TestDatabase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Domains from the command line. */
@Tag("newest-peers")
@Tag("database")
class DomainCommandIT extends AdminCommandsFixture {

    DomainCommandIT(TestDatabase database) {
        super(database);
    }

    @Test
    void aDomainIsAddedChangedListedAndDeleted() {
        assertThat(postern().ok("domain", "add", "Example.ORG").out())
                .isEqualTo("domain example.org added, transport dovecot:\n");
        assertThat(postern()
                        .ok("domain", "add", "пример.рф", "--transport", "smtp:[192.0.2.9]")
                        .out())
                .isEqualTo("domain xn--e1afmkfd.xn--p1ai added, transport smtp:[192.0.2.9]\n");
        refused(
                postern().run("domain", "add", "example.org"),
                1,
                "there is a domain example.org, transport dovecot: already: postern domain set example.org --transport"
                        + " dovecot:");
        assertThat(postern().ok("domain", "list", "--format", "tab").out())
                .isEqualTo("example.org\tdovecot:\t0\nxn--e1afmkfd.xn--p1ai\tsmtp:[192.0.2.9]\t0\n");
        assertThat(postern().ok("domain", "list", "--format", "json").out())
                .contains("{\"domain\":\"example.org\",\"transport\":\"dovecot:\",\"mailboxes\":0}");
        postern().ok("domain", "set", "пример.рф", "--transport", "dovecot:");
        assertThat(postern()
                        .ok("domain", "set", "пример.рф", "--transport", "dovecot:")
                        .out())
                .contains("already");
        postern().ok("domain", "delete", "пример.рф");
        refused(postern().run("domain", "delete", "пример.рф"), 1, "no domain xn--e1afmkfd.xn--p1ai");
        assertThat(audit())
                .containsExactly(
                        tuple("domain.add", "example.org", "example.org", "{\"transport\":\"dovecot:\"}"),
                        tuple(
                                "domain.add",
                                "xn--e1afmkfd.xn--p1ai",
                                "xn--e1afmkfd.xn--p1ai",
                                "{\"transport\":\"smtp:[192.0.2.9]\"}"),
                        tuple(
                                "domain.set",
                                "xn--e1afmkfd.xn--p1ai",
                                "xn--e1afmkfd.xn--p1ai",
                                "{\"transport\":[\"smtp:[192.0.2.9]\",\"dovecot:\"]}"),
                        tuple(
                                "domain.delete",
                                "xn--e1afmkfd.xn--p1ai",
                                "xn--e1afmkfd.xn--p1ai",
                                "{\"transport\":\"dovecot:\"}"));
    }

    @Test
    void aDomainInUseStays() {
        postern().ok("domain", "add", "example.org");
        postern().ok("mailbox", "add", "alice@example.org", "--generate");
        postern().ok("subscription", "add", "sales@example.org", "alice@example.org");
        refused(
                postern().run("domain", "delete", "example.org"),
                1,
                "example.org is in use: mailboxes: 1, subscriptions from or to it: 1; delete them first");
        refused(
                postern().run("domain", "set", "example.org", "--transport", "smtp:[192.0.2.9]"),
                1,
                "mail no longer reaches the mailboxes of example.org (there: 1) once it goes to smtp:[192.0.2.9];"
                        + " --yes to go on");
        postern().ok("domain", "set", "example.org", "--transport", "smtp:[192.0.2.9]", "--yes");
        refused(
                postern().run("mailbox", "add", "bob@example.org", "--generate"),
                1,
                "mail for example.org goes to smtp:[192.0.2.9], not to a mailbox here: postern domain set example.org"
                        + " --transport dovecot:");
    }
}
