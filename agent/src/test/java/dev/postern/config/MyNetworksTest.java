package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How postconf is asked, and all that it may do in place of an answer. */
class MyNetworksTest {

    private static final Path POSTFIX = Path.of("/etc/postfix");

    @TempDir
    private Path directory;

    @Test
    void asksForTheParameterOfThatPostfix() throws IOException {
        MyNetworks mynetworks = postconf("""
                [ "$*" = "-c /etc/postfix -xh mynetworks" ] && echo '192.0.2.0/24 hash:/x'
                echo 'postconf: warning: unused parameter' >&2
                """);
        MyNetworks.KnownNetworks known = (MyNetworks.KnownNetworks) mynetworks.of(POSTFIX);
        assertThat(known.networks().contains(IpAddress.parse("192.0.2.7"))).isTrue();
        assertThat(known.unusable()).containsExactly("hash:/x");
    }

    @Test
    void readsFilesThatMynetworksNames() throws IOException {
        Path file = Files.writeString(directory.resolve("networks"), "192.0.2.0/24\n");
        MyNetworks.KnownNetworks known =
                (MyNetworks.KnownNetworks) postconf("echo " + file).of(POSTFIX);
        assertThat(known.networks().contains(IpAddress.parse("192.0.2.7"))).isTrue();
    }

    @Test
    void whoIsNotAskedExcludesNothing() {
        assertThat(((MyNetworks.KnownNetworks) MyNetworks.read(null)).networks().items())
                .isEmpty();
    }

    @Test
    void saysWhatPostconfSays() throws IOException {
        assertThat(said(postconf("echo one >&2; echo 'postconf: fatal: open /x' >&2; exit 1")))
                .isEqualTo("relay.exclude_mynetworks: \"/etc/postfix\" cannot be known: postconf: fatal: open /x; see"
                        + " postconf -c /etc/postfix -xh mynetworks; or leave it out, and name the networks in"
                        + " relay.exclude");
        assertThat(said(postconf("exit 1"))).contains("cannot be known: postconf fails without a message;");
    }

    @Test
    void aPostconfThatIsNotThereIsSaidToBeMissing() {
        assertThat(said(new MyNetworks(List.of("/nowhere/postconf", "no-such-postconf"), Duration.ofSeconds(5))))
                .contains("cannot be known: program postconf not found: is Postfix installed?");
    }

    @Test
    void aPostconfThatDoesNotEndIsEnded() throws IOException {
        Path pid = directory.resolve("pid");
        MyNetworks hanging =
                new MyNetworks(List.of(script("echo $$ >" + pid + "\nexec sleep 600")), Duration.ofSeconds(1));
        assertThat(said(hanging)).contains("cannot be known: postconf does not end within 1 s;");
        long started = Long.parseLong(Files.readString(pid).strip());
        assertThat(ProcessHandle.of(started).map(ProcessHandle::onExit))
                .satisfies(ended -> ended.ifPresent(exit -> assertThat(exit).succeedsWithin(Duration.ofSeconds(30))));
    }

    @Test
    void aPostconfThatNeverStopsTalkingIsEnded() throws IOException {
        MyNetworks endless =
                new MyNetworks(List.of(script("while :; do echo 192.0.2.0/24; done")), Duration.ofSeconds(1));
        assertThat(said(endless)).contains("postconf does not end within 1 s");
    }

    private MyNetworks postconf(String script) throws IOException {
        return new MyNetworks(List.of("/nowhere/postconf", script(script)), Duration.ofSeconds(30));
    }

    private String script(String script) throws IOException {
        Path file = Files.writeString(directory.resolve("postconf"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file.toString();
    }

    private static String said(MyNetworks mynetworks) {
        return ((MyNetworks.UnreadableNetworks) mynetworks.of(POSTFIX))
                .problem()
                .toString();
    }
}
