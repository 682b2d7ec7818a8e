package dev.postern.check.agent;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import dev.postern.config.ConfiguredSockets;
import dev.postern.model.FailureText;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The agent runs, with this configuration, and answers at each of its sockets. */
public final class AgentCheck {

    private static final String RESTART = "systemctl restart postern";

    /** The reason for a temporary failure. */
    private static final Set<CheckName> WHY_NOT = EnumSet.of(CheckName.MYSQL, CheckName.GRANTS, CheckName.COLUMNS);

    /**
     * What a socket is asked.
     *
     * @param end of the answer
     * @param expected how the answer begins
     */
    private record SocketQuestion(Path socket, String words, String end, String expected) {}

    private final AgentConfig config;
    private final CheckReport report;

    /** An address that no row can have. */
    private final String notListening = "postern-check-" + UUID.randomUUID() + "@example.invalid";

    public AgentCheck(AgentConfig config, CheckReport report) {
        this.config = config;
        this.report = report;
    }

    /** Whether it runs, and can be asked further. */
    public boolean examine() {
        Map<String, Path> sockets = ConfiguredSockets.of(config);
        Map<String, Path> silent = new LinkedHashMap<>();
        for (Map.Entry<String, Path> socket : sockets.entrySet()) {
            try {
                SocketProbe.connect(socket.getValue());
            } catch (SocketException e) {
                if (String.valueOf(e.getMessage()).contains("Permission denied")) {
                    report.unchecked(CheckName.AGENT, socket.getValue() + " is closed to this user; run this as root");
                    return false;
                }
                silent.put(socket.getKey(), socket.getValue());
            } catch (IOException e) {
                silent.put(socket.getKey(), socket.getValue());
            }
        }
        if (!sockets.isEmpty() && silent.size() == sockets.size()) {
            report.problem(
                    CheckName.AGENT,
                    "the agent",
                    "is not running: no listener at "
                            + silent.values().iterator().next(),
                    "systemctl start postern");
            return false;
        }
        silent.forEach((key, socket) -> report.problem(
                CheckName.AGENT, "the agent", "does not listen at " + socket + ", as " + key + " has it", RESTART));
        return answers(silent.values());
    }

    /**
     * One question after another, for as long as there are answers. A socket without a listener has been reported
     * already.
     */
    private boolean answers(Collection<Path> silent) {
        List<SocketQuestion> questions = questions();
        for (SocketQuestion question : questions) {
            if (!silent.contains(question.socket()) && !isAnswered(question)) {
                return false;
            }
        }
        return questions.stream().noneMatch(question -> silent.contains(question.socket()));
    }

    private List<SocketQuestion> questions() {
        List<SocketQuestion> questions = new ArrayList<>();
        if (config.events() != null) {
            String login = "login\tuser=" + notListening + "\tip=192.0.2.1\tservice=check\n";
            questions.add(new SocketQuestion(config.events().socket(), login, "\n", "OK"));
        }
        if (config.dict() != null) {
            String lookup = "H3\t2\t0\t\tpostern-check\nLpriv/quota/storage\t" + notListening + "\n";
            questions.add(new SocketQuestion(config.dict().socket(), lookup, "\n", "N"));
        }
        if (config.socketmap() != null) {
            String lookup = "quota " + notListening;
            String netstring = lookup.length() + ":" + lookup + ",";
            questions.add(new SocketQuestion(config.socketmap().socket(), netstring, ",", "9:NOTFOUND "));
        }
        if (config.policy() != null) {
            String request = "request=smtpd_access_policy\nprotocol_state=RCPT\nrecipient=" + notListening
                    + "\nclient_address=192.0.2.1\npolicy_context=quota\n\n";
            questions.add(new SocketQuestion(config.policy().socket(), request, "\n\n", "action="));
        }
        return questions;
    }

    private boolean isAnswered(SocketQuestion question) {
        String where = question.socket().toString();
        try {
            String answer = SocketProbe.ask(question.socket(), question.words(), question.end());
            if (answer.startsWith(question.expected())) {
                return true;
            }
            if (report.has(WHY_NOT)) {
                return false;
            }
            report.problem(
                    CheckName.AGENT,
                    where,
                    "answers \"" + answer.strip() + "\" where \"" + question.expected() + "\" is expected",
                    "see journalctl -u postern");
        } catch (IOException e) {
            report.problem(CheckName.AGENT, where, "does not answer: " + FailureText.of(e), RESTART);
        }
        return false;
    }
}
