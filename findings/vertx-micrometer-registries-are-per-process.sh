#!/usr/bin/env bash
# Vert.x Micrometer: a second Vertx with a registry of its own writes its metrics into the registry of the first.
#
# Versions: io.vertx:vertx-micrometer-metrics 5.0.10 with Micrometer 1.15.10 from Maven Central, any JDK from 17 on.
#
# Guess: `new MicrometerMetricsFactory(registry)` gives that Vertx that registry.
# Seen: registries are kept by name for the whole process, and the default name is the same for every Vertx. The first
# registry stays; the one that is passed to the second factory remains empty, without an error. A name of its own
# (`setRegistryName`) helps. Tests that build one Vertx each see nothing but the first test's figures.
#
# Output:
#   first: own registry used: true
#   second: own registry used: false
#   second, with a name: own registry used: true
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
      <artifactId>vertx-micrometer-metrics</artifactId>
      <version>5.0.10</version>
    </dependency>
    <dependency>
      <groupId>io.micrometer</groupId>
      <artifactId>micrometer-core</artifactId>
      <version>1.15.10</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib

cat >Registries.java <<'JAVA'
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;

public class Registries {
    public static void main(String[] args) throws Exception {
        System.out.println("first: own registry used: " + used(options()));
        System.out.println("second: own registry used: " + used(options()));
        System.out.println("second, with a name: own registry used: " + used(options().setRegistryName("second")));
        System.exit(0);
    }

    private static MicrometerMetricsOptions options() {
        return new MicrometerMetricsOptions().setEnabled(true);
    }

    private static boolean used(MicrometerMetricsOptions options) throws Exception {
        MeterRegistry registry = new SimpleMeterRegistry();
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setMetricsOptions(options))
                .withMetrics(new MicrometerMetricsFactory(registry))
                .build();
        vertx.createNetServer().connectHandler(client -> {}).listen(0, "127.0.0.1").await();
        return !registry.getMeters().isEmpty();
    }
}
JAVA
javac -cp 'lib/*' Registries.java

java -cp 'lib/*:.' Registries 2>/dev/null | tee seen
diff - seen <<'EXPECTED'
first: own registry used: true
second: own registry used: false
second, with a name: own registry used: true
EXPECTED
