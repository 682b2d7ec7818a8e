#!/usr/bin/env bash
# Vert.x: work that is cut into slices with runOnContext keeps sockets waiting for up to a second all the same.
#
# Versions: io.vertx:vertx-core 5.0.10 with Netty 4.2.12.Final from Maven Central, any JDK from 17 on.
#
# Guess: each slice that ends with `context.runOnContext(next)` goes to the end of the queue, behind whatever has arrived at
# the sockets meanwhile, so a long job in slices of microseconds delays other connections by microseconds.
# Seen: Netty 4.2's event loop takes tasks for up to a second before it looks at its sockets again, those that are added
# meanwhile included (a quantum of time; Netty 4.1 shared time half and half). An echo on another connection waits for
# the rest of that second. Slices that are started by a timer of a millisecond let it through at once.
#
# Output:
#   slices by runOnContext: an echo takes more than 0.4 s
#   slices by setTimer: an echo takes less than 0.1 s
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.vertx</groupId>
      <artifactId>vertx-core</artifactId>
      <version>5.0.10</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib

cat >Slices.java <<'JAVA'
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import java.net.Socket;

public class Slices {
    private static volatile boolean ended;

    public static void main(String[] args) throws Exception {
        System.out.println("slices by runOnContext: an echo takes " + echo(false));
        System.out.println("slices by setTimer: an echo takes " + echo(true));
    }

    /** The longest of three echoes on the event loop that works in slices meanwhile. */
    private static String echo(boolean byTimer) throws Exception {
        Vertx vertx = Vertx.vertx();
        Context context = vertx.getOrCreateContext();
        NetServer server = vertx.createNetServer().connectHandler(client -> client.handler(client::write));
        io.vertx.core.Promise<Integer> port = io.vertx.core.Promise.promise();
        context.runOnContext(nothing ->
                server.listen(0, "127.0.0.1").map(NetServer::actualPort).onComplete(port));
        double longest = 0;
        try (Socket client = new Socket("127.0.0.1", port.future().await())) {
            ended = false;
            context.runOnContext(nothing -> slice(vertx, context, byTimer));
            for (int i = 0; i < 3; i++) {
                Thread.sleep(50);
                long asked = System.nanoTime();
                client.getOutputStream().write(1);
                client.getInputStream().read();
                longest = Math.max(longest, (System.nanoTime() - asked) / 1e9);
            }
        }
        ended = true;
        vertx.close().await();
        return longest > 0.4 ? "more than 0.4 s" : longest < 0.1 ? "less than 0.1 s" : longest + " s";
    }

    private static void slice(Vertx vertx, Context context, boolean byTimer) {
        if (ended) {
            return;
        }
        if (byTimer) {
            vertx.setTimer(1, id -> slice(vertx, context, true));
        } else {
            context.runOnContext(nothing -> slice(vertx, context, false));
        }
    }
}
JAVA
javac -cp 'lib/*' Slices.java

java -cp 'lib/*:.' Slices 2>/dev/null | tee seen
diff - seen <<'EXPECTED'
slices by runOnContext: an echo takes more than 0.4 s
slices by setTimer: an echo takes less than 0.1 s
EXPECTED
