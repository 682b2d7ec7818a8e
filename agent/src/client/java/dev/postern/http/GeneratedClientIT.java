package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.client.AgentApi;
import dev.postern.client.MailboxesApi;
import dev.postern.client.RelayApi;
import dev.postern.client.invoker.ApiClient;
import dev.postern.client.invoker.ApiException;
import dev.postern.client.model.Mailbox;
import dev.postern.client.model.MailboxAsOf;
import dev.postern.client.model.MailboxPage;
import dev.postern.client.model.Readiness;
import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.Ports;
import dev.postern.testing.TestDatabase;
import dev.postern.tokens.Token;
import dev.postern.tokens.TokenRole;
import dev.postern.tokens.TokensFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A client that was generated from openapi.yaml and knows nothing else works against the packaged agent. */
@ExtendWith(DatabaseExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GeneratedClientIT {

    private PackagedAgent agent;
    private ApiClient client;
    private MailboxesApi mailboxes;

    @BeforeAll
    void start(@TempDir Path directory, TestDatabase database) throws IOException {
        database.execute("INSERT INTO user (email, bytes, max_bytes, lastip, lasttime) VALUES"
                + " ('alice@example.org', 10, 100, '192.0.2.7', '2026-01-31 12:34:56.5'),"
                + " ('a+b@example.org', 100, 100, NULL, NULL)");
        Token.NewToken token = Token.make("client", TokenRole.WRITE, null);
        new TokensFile(directory.resolve("tokens")).add(token.token());
        int port = Ports.free();
        agent = PackagedAgent.start(AgentConfigFile.in(
                        directory, directory.resolve("lookup"), database, AgentConfigFile.http(directory, port))
                .file());
        client = new ApiClient();
        client.updateBaseUri("http://127.0.0.1:" + port);
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token.text()));
        mailboxes = new MailboxesApi(client);
    }

    @AfterAll
    void stop() {
        agent.close();
    }

    @Test
    void readsPagesAndMailboxes() throws ApiException {
        MailboxPage first = mailboxes.listMailboxes(null, null, null, 1, null, null, null);
        assertThat(first.getItems()).extracting(Mailbox::getEmail).containsExactly("a+b@example.org");
        assertThat(first.getAsOf()).isNotNull();
        MailboxPage second = mailboxes.listMailboxes(null, false, null, 1, first.getNext(), null, null);
        assertThat(second.getItems()).extracting(Mailbox::getEmail).containsExactly("alice@example.org");
        assertThat(second.getNext()).isNull();
        MailboxAsOf one = mailboxes.getMailbox("a+b@example.org", null);
        assertThat(one.getOverQuota()).isTrue();
        assertThat(one.getLasttime()).isNull();
        assertThat(mailboxes.getMailbox("alice@example.org", null).getLasttime())
                .isEqualTo(OffsetDateTime.parse("2026-01-31T12:34:56.5Z"));
        assertThat(mailboxes
                        .listMailboxes(
                                "ali", null, OffsetDateTime.parse("2026-02-01T00:00:00+01:00"), null, null, null, null)
                        .getItems())
                .hasSize(1);
    }

    @Test
    void readsRelayWindowsAndClosesNone() throws ApiException {
        RelayApi relay = new RelayApi(client);
        assertThat(relay.listRelayWindows(null).getItems()).isEmpty();
        assertThatThrownBy(() -> relay.closeRelayWindow("192.0.2.7")).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.getCode()).isEqualTo(404);
            assertThat(e.getResponseBody()).contains("\"title\":\"Not Found\"");
        });
    }

    @Test
    void readsHowTheAgentIs() throws ApiException {
        AgentApi api = new AgentApi(client);
        assertThat(api.getReadiness().getStatus()).isEqualTo(Readiness.StatusEnum.READY);
        assertThat(api.getHealth()).isNotNull();
        assertThat(api.getMetrics()).contains("postern_mysql_up");
    }
}
