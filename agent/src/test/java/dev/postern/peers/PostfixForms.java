package dev.postern.peers;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.DatabaseProxy;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.PostfixServer;
import dev.postern.testing.PostfixServer.PostfixForm;
import dev.postern.testing.SmtpDialogue;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * One database, one agent on it, and a Postfix of each shipped form: all are asked about the same mailboxes and logins.
 */
final class PostfixForms implements AutoCloseable {

    /** An address elsewhere: mail to it is relayed, or not. */
    static final String AWAY = "friend@elsewhere.example";

    private final Map<PostfixForm, PostfixServer> servers = new EnumMap<>(PostfixForm.class);
    private final AgentConfigFile files;
    private PackagedAgent agent;

    private PostfixForms(
            PostfixServer.PostfixSql account,
            BiFunction<PostfixForm, PostfixServer.PostfixSql, PostfixServer> start,
            TestDatabase agents,
            Path directory,
            String more) {
        try {
            for (PostfixForm form : PostfixForm.values()) {
                servers.put(form, start.apply(form, account));
            }
            String policy = "[policy]\nsocket = \"" + socket(PostfixForm.POLICY, "policy") + "\"\n";
            files = AgentConfigFile.in(directory, socket(PostfixForm.SOCKETMAP, "lookup"), agents, policy + more);
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
    static PostfixForms chrooted(TestDatabase database, Path directory, String more) {
        return new PostfixForms(MailTables.account(database), PostfixServer::start, database, directory, more);
    }

    /** The same, with the agent at the end of a wire to the database. */
    static PostfixForms chrooted(TestDatabase database, DatabaseProxy proxy, Path directory, String more) {
        return new PostfixForms(MailTables.account(database), PostfixServer::start, proxy.database(), directory, more);
    }

    /**
     * The same, with no daemon of Postfix chrooted.
     *
     * @param parameters of main.cf, in addition
     */
    static PostfixForms unchrooted(TestDatabase database, Path directory, String... parameters) {
        return new PostfixForms(
                MailTables.account(database),
                (form, sql) -> PostfixServer.startUnchrooted(form, sql, parameters),
                database,
                directory,
                "");
    }

    private Path socket(PostfixForm form, String name) {
        return of(form).queueDirectory().resolve("postern").resolve(name);
    }

    PostfixServer of(PostfixForm form) {
        return servers.get(form);
    }

    /** A session from that address with the Postfix of that form. */
    SmtpDialogue smtp(PostfixForm form, String ip) {
        return of(form).smtp(ip);
    }

    /** A session with each of them, in the middle of a transaction. */
    Map<PostfixForm, SmtpDialogue> sessions(String ip) {
        Map<PostfixForm, SmtpDialogue> sessions = new EnumMap<>(PostfixForm.class);
        for (PostfixForm form : PostfixForm.values()) {
            SmtpDialogue session = smtp(form, ip);
            session.mailFrom("stranger@elsewhere.example");
            sessions.put(form, session);
        }
        return sessions;
    }

    /** What all processes reply that have connections to the agent, each of which may have an answer on it. */
    List<String> relayByEverySmtpd(PostfixForm form, String ip) {
        List<SmtpDialogue> sessions = new ArrayList<>();
        for (int i = of(form).rootsOf("smtpd").size(); i > 0; i--) {
            sessions.add(smtp(form, ip));
        }
        List<String> replies =
                sessions.stream().map(session -> session.rcptOnly(AWAY)).toList();
        sessions.forEach(SmtpDialogue::close);
        return replies;
    }

    PackagedAgent agent() {
        return agent;
    }

    /** Starts it, after the end of the one before. */
    void startAgent() {
        agent = PackagedAgent.start(files.file());
    }

    /** A login, as a hook script reports it: in MySQL from here on. */
    void login(String user, String ip) {
        send("login\tuser=" + user + "\tip=" + ip + "\tservice=pop3");
    }

    /** What a mailbox holds, likewise. */
    void quota(String user, long bytes, long messages) {
        send("quota\tuser=" + user + "\tbytes=" + bytes + "\tmessages=" + messages);
    }

    private void send(String event) {
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
