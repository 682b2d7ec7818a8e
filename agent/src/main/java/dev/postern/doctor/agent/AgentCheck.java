package dev.postern.doctor.agent;

import dev.postern.config.AgentConfig;
import dev.postern.config.Sockets;
import dev.postern.doctor.report.Check;
import dev.postern.doctor.report.Report;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The agent runs, with this configuration, and answers at each of its sockets. */
public final class AgentCheck {

    private static final String RESTART = "systemctl restart postern";

    /** What explains that the agent cannot tell. */
    private static final Set<Check> WHY_NOT = EnumSet.of(Check.MYSQL, Check.GRANTS, Check.COLUMNS);

    private final AgentConfig config;
    private final Report report;

    /** Of nobody: no row can have it. */
    private final String nobody = "postern-check-" + UUID.randomUUID() + "@example.invalid";

    public AgentCheck(AgentConfig config, Report report) {
        this.config = config;
        this.report = report;
    }

    /** Whether it runs, and can be asked further. */
    public boolean examine() {
        Map<String, Path> sockets = Sockets.of(config);
        Map<String, Path> silent = new LinkedHashMap<>();
        for (Map.Entry<String, Path> socket : sockets.entrySet()) {
            try {
                Exchange.connect(socket.getValue());
            } catch (SocketException e) {
                if (String.valueOf(e.getMessage()).contains("Permission denied")) {
                    report.unchecked(Check.AGENT, socket.getValue() + " is closed to this user; run this as root");
                    return false;
                }
                silent.put(socket.getKey(), socket.getValue());
            } catch (IOException e) {
                silent.put(socket.getKey(), socket.getValue());
            }
        }
        if (!sockets.isEmpty() && silent.size() == sockets.size()) {
            report.problem(
                    Check.AGENT,
                    "the agent",
                    "is not running: nobody listens at "
                            + silent.values().iterator().next(),
                    "systemctl start postern");
            return false;
        }
        silent.forEach((key, socket) -> report.problem(
                Check.AGENT, "the agent", "does not listen at " + socket + ", as " + key + " has it", RESTART));
        return answers();
    }

    /** One question after another, for as long as there are answers. */
    private boolean answers() {
        boolean all = true;
        if (config.events() != null) {
            all = all
                    && asked(
                            config.events().socket(),
                            "login\tuser=" + nobody + "\tip=192.0.2.1\tservice=check\n",
                            "\n",
                            "OK");
        }
        if (config.dict() != null) {
            String lookup = "H3\t2\t0\t\tpostern-check\nLpriv/quota/storage\t" + nobody + "\n";
            all = all && asked(config.dict().socket(), lookup, "\n", "N");
        }
        if (config.socketmap() != null) {
            String lookup = "quota " + nobody;
            all = all && asked(config.socketmap().socket(), lookup.length() + ":" + lookup + ",", ",", "9:NOTFOUND ");
        }
        if (config.policy() != null) {
            String request = "request=smtpd_access_policy\nprotocol_state=RCPT\nrecipient=" + nobody
                    + "\nclient_address=192.0.2.1\npolicy_context=quota\n\n";
            all = all && asked(config.policy().socket(), request, "\n\n", "action=");
        }
        return all;
    }

    /** Whether the answer begins as it should; nobody there has been told already. */
    private boolean asked(Path socket, String question, String end, String expected) {
        try {
            String answer = Exchange.ask(socket, question, end);
            if (answer.startsWith(expected)) {
                return true;
            }
            if (report.has(WHY_NOT)) {
                return false;
            }
            report.problem(
                    Check.AGENT,
                    socket.toString(),
                    "answers \"" + answer.strip() + "\" where \"" + expected + "\" is expected",
                    "see journalctl -u postern");
        } catch (SocketException notThere) {
            return false;
        } catch (IOException e) {
            report.problem(Check.AGENT, socket.toString(), "does not answer: " + e.getMessage(), RESTART);
        }
        return false;
    }
}
