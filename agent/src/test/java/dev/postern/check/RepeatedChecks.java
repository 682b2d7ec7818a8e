package dev.postern.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.cli.Cli;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;

/** {@code postern}, over and over in one process: a line of words separated by TAB for each command. */
final class RepeatedChecks {

    private RepeatedChecks() {}

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            int exit = new Cli(
                            (config, password, relay) -> 70,
                            directory -> 70,
                            new HostChecks(System.getenv())::examine,
                            System.getenv(),
                            new PrintWriter(out),
                            new PrintWriter(err))
                    .run(line.split("\t", -1));
            System.out.print(exit + "\0" + out + "\0" + err + "\0");
            System.out.flush();
        }
    }
}
