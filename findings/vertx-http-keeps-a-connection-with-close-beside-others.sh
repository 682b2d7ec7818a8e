#!/usr/bin/env bash
# Vert.x: an HTTP/1.1 server honours `Connection: close` only where "close" has the header line for itself.
#
# Versions: io.vertx:vertx-core 5.0.10 from Maven Central, any JDK from 17 on.
#
# Guess: the header is a list of options (RFC 9110, 7.6.1), so the server closes after the response whenever one of them
# is "close" (RFC 9112, 9.6), in any case, as it does for the header with that one word.
# Seen: "close" and "CLOSE" end the connection where a header line holds nothing else, even beside another line. With
# another option in the same line, as user agents write it that take trailers ("TE, close"), the response is sent as if
# the client wanted more, and the connection stays open until an idle timeout. A client that reads to the end waits.
#
# Output:
#   Connection: close            -> closed
#   Connection: CLOSE            -> closed
#   Connection: close, TE        -> open
#   Connection: TE, close        -> open
#   Connection: TE + close       -> closed
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

cat >Close.java <<'JAVA'
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

public class Close {
    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.response().end("answer"))
                .listen(0, "127.0.0.1")
                .await();
        show(server, "close", "Connection: close");
        show(server, "CLOSE", "Connection: CLOSE");
        show(server, "close, TE", "Connection: close, TE");
        show(server, "TE, close", "Connection: TE, close");
        show(server, "TE + close", "Connection: TE\r\nConnection: close");
        vertx.close().await();
    }

    private static void show(HttpServer server, String name, String header) throws Exception {
        System.out.printf("Connection: %-16s -> %s%n", name, end(server.actualPort(), header));
    }

    /** What becomes of the connection in the three seconds after the response. */
    private static String end(int port, String header) throws Exception {
        try (Socket client = new Socket("127.0.0.1", port)) {
            client.setSoTimeout(3000);
            client.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: a\r\n" + header + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = client.getInputStream();
            StringBuilder response = new StringBuilder();
            try {
                for (int next = in.read(); next >= 0; next = in.read()) {
                    response.append((char) next);
                }
            } catch (SocketTimeoutException stillThere) {
                return response.toString().endsWith("answer") ? "open" : "no response";
            }
            return response.toString().endsWith("answer") ? "closed" : "no response";
        }
    }
}
JAVA
javac -cp 'lib/*' Close.java

java -cp 'lib/*:.' Close 2>/dev/null | tee seen
diff - seen <<'EXPECTED'
Connection: close            -> closed
Connection: CLOSE            -> closed
Connection: close, TE        -> open
Connection: TE, close        -> open
Connection: TE + close       -> closed
EXPECTED
