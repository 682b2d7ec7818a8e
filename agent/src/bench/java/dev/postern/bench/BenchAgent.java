package dev.postern.bench;

import dev.postern.testing.PackagedAgent;
import dev.postern.testing.TestCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The agent as it is installed: shipped launcher, its options, its archive of classes. {@code -Dbench.java.opts} adds
 * options; {@code -Dbench.profile=jfr} records each agent with Flight Recorder into {@code target/bench/}.
 */
final class BenchAgent implements AutoCloseable {

    private static final boolean RECORDED = "jfr".equals(System.getProperty("bench.profile"));
    private static final String RECORDING = "-XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints"
            + " -XX:StartFlightRecording=name=bench,settings=profile,maxsize=200m";

    private final String name;
    private final PackagedAgent process;

    private BenchAgent(String name, PackagedAgent process) {
        this.name = name;
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param name for its recording
     */
    static BenchAgent start(String name, Path config) {
        return start(name, config, "");
    }

    /** Likewise, with more options for Java. */
    static BenchAgent start(String name, Path config, String options) {
        String all = System.getProperty("bench.java.opts", "") + " " + options + (RECORDED ? " " + RECORDING : "");
        return new BenchAgent(name, PackagedAgent.startShipped(config, all));
    }

    PackagedAgent process() {
        return process;
    }

    double residentMebibytes() {
        return process.residentBytes() / (double) (1 << 20);
    }

    /** The options that the launcher gives Java, without its class-data archive, which fits only the agent. */
    List<String> javaOptions() {
        try {
            List<String> words =
                    Arrays.asList(Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                            .split("\0"));
            return words.subList(1, words.indexOf("-jar")).stream()
                    .filter(word -> !word.startsWith("-XX:SharedArchiveFile"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (RECORDED) {
            Path file = Path.of("target", "bench", name + ".jfr").toAbsolutePath();
            String jcmd =
                    Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
            TestCommand.of(jcmd, process.pid(), "JFR.dump", "name=bench", "filename=" + file)
                    .output();
            System.out.println(CpuProfile.of(file));
        }
        process.close();
    }
}
