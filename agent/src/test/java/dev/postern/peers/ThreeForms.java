package dev.postern.peers;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.AgentProcess;
import dev.postern.testing.DatabaseWire;
import dev.postern.testing.PostfixServer;
import dev.postern.testing.PostfixServer.Form;
import dev.postern.testing.SmtpDialogue;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** One database, one agent on it, and a Postfix of each shipped form: all are asked about the same mailboxes and logins. */
final class ThreeForms implements AutoCloseable {

    /** An address elsewhere: mail to it is relayed, or not. */
    static final String AWAY = "friend@elsewhere.example";

    private final Map<Form, PostfixServer> servers = new EnumMap<>(Form.class);
    private final AgentConfigFile files;
    private AgentProcess agent;

    private ThreeForms(
            PostfixServer.Sql account,
            BiFunction<Form, PostfixServer.Sql, PostfixServer> start,
            TestDatabase agents,
            Path directory,
            String more) {
        try {
            for (Form form : Form.values()) {
                servers.put(form, start.apply(form, account));
            }
            String policy = "[policy]\nsocket = \"" + socket(Form.POLICY, "policy") + "\"\n";
            files = AgentConfigFile.in(directory, socket(Form.SOCKETMAP, "lookup"), agents, policy + more);
            startAgent();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Starts everything, Postfix as Debian ships it.
     *
     * @param directory for the agent's files
     * @param more TOML for the agent
     */
    static ThreeForms chrooted(TestDatabase database, Path directory, String more) {
        return new ThreeForms(MailTables.account(database), PostfixServer::start, database, directory, more);
    }

    /** The same, with the agent at the end of a wire to the database. */
    static ThreeForms chrooted(TestDatabase database, DatabaseWire wire, Path directory, String more) {
        return new ThreeForms(MailTables.account(database), PostfixServer::start, wire.database(), directory, more);
    }

    /** The same, with no daemon of Postfix chrooted. */
    static ThreeForms unchrooted(TestDatabase database, Path directory, String more) {
        return new ThreeForms(
                MailTables.account(database),
                (form, sql) -> PostfixServer.startUnchrooted(form, sql),
                database,
                directory,
                more);
    }

    private Path socket(Form form, String name) {
        return of(form).queueDirectory().resolve("postern").resolve(name);
    }

    PostfixServer of(Form form) {
        return servers.get(form);
    }

    /** A session from that address with the Postfix of that form. */
    SmtpDialogue smtp(Form form, String ip) {
        return of(form).smtp(ip);
    }

    /** A session with each of them, in the middle of a transaction. */
    Map<Form, SmtpDialogue> sessions(String ip) {
        Map<Form, SmtpDialogue> sessions = new EnumMap<>(Form.class);
        for (Form form : Form.values()) {
            SmtpDialogue session = smtp(form, ip);
            session.mailFrom("stranger@elsewhere.example");
            sessions.put(form, session);
        }
        return sessions;
    }

    /** What all processes say that have connections to the agent, each of which may have an answer on it. */
    List<String> relayByEverySmtpd(Form form, String ip) {
        List<SmtpDialogue> sessions = new ArrayList<>();
        for (int i = of(form).rootsOf("smtpd").size(); i > 0; i--) {
            sessions.add(smtp(form, ip));
        }
        List<String> replies =
                sessions.stream().map(session -> session.rcptOnly(AWAY)).toList();
        sessions.forEach(SmtpDialogue::close);
        return replies;
    }

    AgentProcess agent() {
        return agent;
    }

    /** Starts it, after the end of the one before. */
    void startAgent() {
        agent = AgentProcess.start(files.file());
    }

    /** A login, as a hook script tells of it: in MySQL from here on. */
    void login(String user, String ip) {
        tell("login\tuser=" + user + "\tip=" + ip + "\tservice=pop3");
    }

    /** What a mailbox holds, likewise. */
    void quota(String user, long bytes, long messages) {
        tell("quota\tuser=" + user + "\tbytes=" + bytes + "\tmessages=" + messages);
    }

    private void tell(String event) {
        try (UnixPeer hook = UnixPeer.connect(files.events())) {
            String answer = hook.send(event + "\n").readLine();
            if (!answer.equals("OK")) {
                throw new AssertionError(answer + " to " + event);
            }
        }
    }

    @Override
    public void close() {
        if (agent != null) {
            agent.close();
        }
        servers.values().forEach(PostfixServer::close);
    }
}
