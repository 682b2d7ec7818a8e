#!/usr/bin/env bash
# Vert.x: two named worker executors are not independent of each other.
#
# Versions: io.vertx:vertx-core 5.0.10 from Maven Central, any JDK from 17 on.
#
# Guess: `createSharedWorkerExecutor("a", 1)` and `createSharedWorkerExecutor("b", 1)` have a pool each, so a call that
# hangs in a does not hold up b.
# Seen: `executeBlocking` runs in order per *context*, whatever executor it is called on. A task for b that the same
# context submits after a task for a is not started before that one has ended, although every thread of b is idle.
# With ordered = false each pool runs by itself.
#
# Output:
#   ordered: a, b
#   unordered: b, a
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

cat >Order.java <<'JAVA'
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

public class Order {
    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        System.out.println("ordered: " + order(vertx, true));
        System.out.println("unordered: " + order(vertx, false));
        vertx.close().await();
    }

    /** Executor a waits one second, or for b to have run; which one ends first? */
    private static String order(Vertx vertx, boolean ordered) throws Exception {
        WorkerExecutor a = vertx.createSharedWorkerExecutor("a" + ordered, 1);
        WorkerExecutor b = vertx.createSharedWorkerExecutor("b" + ordered, 1);
        CountDownLatch bRan = new CountDownLatch(1);
        CountDownLatch both = new CountDownLatch(2);
        Queue<String> ended = new ConcurrentLinkedQueue<>();
        vertx.getOrCreateContext().runOnContext(nothing -> {
            a.executeBlocking(
                            () -> {
                                bRan.await(1, java.util.concurrent.TimeUnit.SECONDS);
                                return ended.add("a");
                            },
                            ordered)
                    .onComplete(result -> both.countDown());
            b.executeBlocking(
                            () -> {
                                ended.add("b");
                                bRan.countDown();
                                return true;
                            },
                            ordered)
                    .onComplete(result -> both.countDown());
        });
        both.await();
        return String.join(", ", ended);
    }
}
JAVA
javac -cp 'lib/*' Order.java

java -cp 'lib/*:.' Order 2>/dev/null | tee seen
diff - seen <<'EXPECTED'
ordered: a, b
unordered: b, a
EXPECTED
