package dev.postern.check.host;

import dev.postern.model.FailureText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Programs of the host: each runs for a bounded time, with nothing on its input, and with bounded output. */
public final class ProgramRunner {

    /**
     * How a program ended.
     *
     * @param status its exit status; -1 when it was killed for its time or its output
     */
    public record ProgramResult(int status, String out, String err) {}

    private static final long TIMEOUT_MILLIS = 20_000;

    /** Bytes; doveconf prints a thirtieth of it. */
    private static final int MAX_COUNT = 1 << 20;

    /** Where daemons keep their programs; the path of a user other than root often lacks them. */
    private static final List<Path> SYSTEM = List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"));

    private final Map<String, String> environment;

    /**
     * Runs nothing yet.
     *
     * @param environment of the process, for its PATH
     */
    public ProgramRunner(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Runs a program to its end; null when this host does not have it. */
    public @Nullable ProgramResult run(String name, String... arguments) {
        Path program = find(name);
        if (program == null) {
            return null;
        }
        List<String> words = new ArrayList<>(List.of(program.toString()));
        words.addAll(List.of(arguments));
        try {
            return run(words);
        } catch (IOException e) {
            return new ProgramResult(-1, "", "cannot be run: " + FailureText.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ProgramResult(-1, "", "interrupted");
        }
    }

    private @Nullable Path find(String name) {
        Stream<Path> own = Stream.of(environment.getOrDefault("PATH", "").split(":", -1))
                .filter(directory -> directory.startsWith("/"))
                .map(Path::of);
        return Stream.concat(own, SYSTEM.stream())
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    private ProgramResult run(List<String> words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        Timer clock = new Timer("deadline of " + words.get(0), true);
        clock.schedule(killing(process), TIMEOUT_MILLIS);
        try {
            BoundedReader err = new BoundedReader(process.getErrorStream(), process);
            Thread reader = new Thread(err, "errors of " + words.get(0));
            reader.start();
            BoundedReader out = new BoundedReader(process.getInputStream(), process);
            out.run();
            reader.join();
            int status = process.waitFor();
            // Killed, here or from outside: half an answer does not count.
            return status > Byte.MAX_VALUE
                    ? new ProgramResult(-1, "", words.get(0) + " did not end by itself")
                    : new ProgramResult(status, out.text(), err.text());
        } finally {
            clock.cancel();
        }
    }

    private static TimerTask killing(Process process) {
        return new TimerTask() {
            @Override
            public void run() {
                process.destroyForcibly();
            }
        };
    }

    /** Reads to the end; kills a program that prints too much. */
    private static final class BoundedReader implements Runnable {

        private final InputStream in;
        private final Process process;
        private byte[] bytes = {};

        BoundedReader(InputStream in, Process process) {
            this.in = in;
            this.process = process;
        }

        @Override
        public void run() {
            try {
                bytes = in.readNBytes(MAX_COUNT + 1);
                if (bytes.length > MAX_COUNT) {
                    process.destroyForcibly();
                }
            } catch (IOException killed) {
                bytes = new byte[0];
            }
        }

        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
