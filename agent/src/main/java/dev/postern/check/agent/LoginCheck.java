package dev.postern.check.agent;

import dev.postern.check.database.MailboxRowReader;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import dev.postern.model.FailureText;
import dev.postern.model.IpAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * Follows a login of a real mailbox: reported to the agent, in the table, and the relay open for its address. The
 * address is reserved for documentation (RFC 5737); it is the mailbox's last login afterwards.
 */
public final class LoginCheck {

    private static final String ADDRESS = "192.0.2.1";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration STEP = Duration.ofMillis(50);

    private final AgentConfig config;
    private final String password;
    private final String mailbox;
    private final CheckReport report;

    /**
     * Reports nothing yet.
     *
     * @param password of the agent's database account
     */
    public LoginCheck(AgentConfig config, String password, String mailbox, CheckReport report) {
        this.config = config;
        this.password = password;
        this.mailbox = mailbox;
        this.report = report;
    }

    public void examine() {
        if (config.events() == null) {
            report.unchecked(CheckName.LOGIN, "[events] is off: a login cannot be reported");
            return;
        }
        try (MailboxRowReader row = MailboxRowReader.open(config.mysql(), password, mailbox)) {
            if (row == null) {
                report.unchecked(CheckName.LOGIN, "the database does not answer");
            } else if (row.active().equals("Y")) {
                seen(row, config.events().socket());
            } else {
                report.problem(
                        CheckName.LOGIN,
                        mailbox,
                        row.active().isEmpty() ? "is not a mailbox of the table" : "is not active, and opens no relay",
                        "--mailbox with another one");
            }
        } catch (IOException e) {
            report.problem(
                    CheckName.LOGIN,
                    mailbox,
                    "its login is not taken: " + FailureText.of(e),
                    "systemctl restart postern");
        }
    }

    private void seen(MailboxRowReader row, Path events) throws IOException {
        String answer =
                SocketProbe.ask(events, "login\tuser=" + mailbox + "\tip=" + ADDRESS + "\tservice=check\n", "\n");
        if (!answer.equals("OK\n")) {
            throw new IOException("the agent answers " + answer.strip());
        }
        Instant deadline = Instant.now().plus(TIMEOUT);
        while (!row.lastip().equals(ADDRESS)) {
            if (Instant.now().isAfter(deadline)) {
                report.problem(
                        CheckName.LOGIN,
                        mailbox,
                        "its login was taken and is not in the table after " + TIMEOUT.toSeconds() + " s",
                        "database of [mysql] as the running agent has it, then systemctl restart postern");
                return;
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
        relay();
    }

    private void relay() throws IOException {
        IpAddress ip = Objects.requireNonNull(IpAddress.parse(ADDRESS));
        boolean excluded = config.relay().exclude().stream().anyMatch(network -> network.contains(ip));
        if (config.socketmap() == null || excluded) {
            return;
        }
        String answer = SocketProbe.socketmap(config.socketmap().socket(), "pop-before-smtp", ADDRESS);
        if (!answer.startsWith("OK ")) {
            report.problem(
                    CheckName.LOGIN,
                    mailbox,
                    "its login is in the table, and the relay is not open for it: " + answer,
                    "relay.exclude and relay.window as the running agent has them, then systemctl restart postern");
        }
    }
}
