package dev.postern.bench;

import dev.postern.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@link EchoServer}, on a Java with these options. */
final class EchoProcess implements AutoCloseable {

    private final Process process;

    private EchoProcess(Process process) {
        this.process = process;
    }

    static EchoProcess start(Path socket, List<String> javaOptions) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), EchoServer.class.getName(), socket.toString()));
        EchoProcess echo =
                new EchoProcess(new ProcessBuilder(command).inheritIO().start());
        Await.until(() -> Files.exists(socket) || !echo.process.isAlive(), Duration.ofSeconds(30), () -> "no echo");
        return echo;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
