package dev.postern.check.postfix;

import dev.postern.check.agent.SocketProbe;
import dev.postern.check.host.ProgramRunner;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Checks that {@code postmap -q} answers for a mailbox or an address, by Postfix's table, as the agent does. */
final class AnswersCheck {

    /** Beyond the time for which the agent may go on with what it has read. */
    private static final Duration MORE = Duration.ofMillis(500);

    private final AgentConfig config;
    private final PostfixConfig postfix;
    private final ProgramRunner programs;
    private final List<String> mailboxes;
    private final CheckReport report;

    /**
     * Asks nothing yet.
     *
     * @param mailboxes to ask about
     */
    AnswersCheck(
            AgentConfig config,
            PostfixConfig postfix,
            ProgramRunner programs,
            List<String> mailboxes,
            CheckReport report) {
        this.config = config;
        this.postfix = postfix;
        this.programs = programs;
        this.mailboxes = mailboxes;
        this.report = report;
    }

    /**
     * Compares.
     *
     * @param table that the question is put to
     */
    void examine(RestrictionLookup question, String table) {
        AgentConfig.SocketmapSection socketmap = config.socketmap();
        if (socketmap == null || question.attributes() != null) {
            return;
        }
        boolean login = question.kind() == RestrictionLookup.RestrictionKind.LOGIN;
        String map = login ? "pop-before-smtp" : "quota";
        for (String key : login ? List.of("192.0.2.1") : mailboxes) {
            String agent = agent(socketmap, map, key);
            String theirs = postmap(question, table, key);
            if (!agent.isEmpty() && !theirs.isEmpty() && !agent.equals(theirs)) {
                LockSupport.parkNanos(config.limits().cacheTime().plus(MORE).toNanos());
                compare(question, key, agent(socketmap, map, key), postmap(question, table, key));
            }
        }
    }

    private void compare(RestrictionLookup question, String key, String agent, String theirs) {
        if (agent.isEmpty() || theirs.isEmpty() || agent.equals(theirs)) {
            return;
        }
        boolean wording = agent.startsWith("OK ") && theirs.startsWith("OK ");
        report.problem(
                CheckName.TABLES,
                "Postfix's question " + question.kind().words,
                "is answered \"" + theirs + "\" for " + key + ", where the agent answers \"" + agent + "\"",
                wording
                        ? "quota.reply in postern.toml and the text in mysql/quota.cf the same"
                        : "hosts, dbname and query of the table as postfix/mysql/ has them");
    }

    /** Empty when the agent does not answer, which is reported elsewhere. */
    private static String agent(AgentConfig.SocketmapSection socketmap, String map, String key) {
        try {
            String answer = SocketProbe.socketmap(socketmap.socket(), map, key);
            return answer.startsWith("TEMP") ? "" : answer.strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Empty without postmap, and when MySQL does not answer it, which is reported elsewhere. */
    private String postmap(RestrictionLookup question, String table, String key) {
        String direct = table.replaceFirst("^proxy:", "");
        String absolute = question.socket() == null
                ? direct
                : direct.replace("unix:" + question.socket(), "unix:" + postfix.socket(question.socket(), false));
        return answer(programs.run("postmap", "-q", key, absolute), question.socket() != null);
    }

    /**
     * Puts what postmap printed in the agent's words.
     *
     * @param ended null without postmap
     * @param socketmap whether it asked the agent: then its error is an answer
     */
    static String answer(ProgramRunner.@Nullable ProgramResult ended, boolean socketmap) {
        if (ended == null || ended.status() == 0) {
            return ended == null ? "" : "OK " + ended.out().strip();
        }
        if (ended.err().isBlank()) {
            return "NOTFOUND";
        }
        return socketmap ? ended.err().strip() : "";
    }
}
