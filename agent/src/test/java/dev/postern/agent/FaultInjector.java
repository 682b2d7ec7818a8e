package dev.postern.agent;

import dev.postern.testing.LocalDatabaseServer;
import dev.postern.testing.PackagedAgent;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What happens to the agent and to its database, one thing after another; after each both are there again. */
final class FaultInjector implements AutoCloseable {

    /** Beyond the agent's {@code mysql_timeout}, so that it notices. */
    private static final int LONG_MILLIS = 2000;

    private static final int SHORT_MILLIS = 800;

    private final Path config;
    private final LocalDatabaseServer database;
    private final Random random;
    private PackagedAgent agent;
    private int kills;
    private int faults;

    FaultInjector(Path config, LocalDatabaseServer database, Random random) {
        this.config = config;
        this.database = database;
        this.random = random;
        this.agent = PackagedAgent.start(config);
    }

    int kills() {
        return kills;
    }

    List<String> agentLog() {
        return agent.log();
    }

    void next() {
        pause(SHORT_MILLIS);
        switch (random.nextInt(6)) {
            case 0 -> killAgent();
            case 1 -> killAgentAsItStarts();
            case 2 -> databaseAway(() -> pause(LONG_MILLIS));
            case 3 -> {
                faults++;
                database.restart();
            }
            default -> databaseAway(this::killAgent);
        }
    }

    int stopAgent() {
        return agent.stop();
    }

    void startAgent() {
        agent = PackagedAgent.start(config);
    }

    private void killAgent() {
        agent.kill9();
        kills++;
        startAgent();
    }

    /** Perhaps while it reads its journal, or brings it into the database. */
    private void killAgentAsItStarts() {
        killAgent();
        agent.kill9();
        agent = PackagedAgent.launch(config);
        pause(3 * SHORT_MILLIS);
        kills++;
        killAgent();
    }

    private void databaseAway(Runnable meanwhile) {
        faults++;
        boolean frozen = random.nextBoolean();
        if (frozen) {
            database.freeze();
        } else {
            database.kill9();
        }
        pause(LONG_MILLIS);
        meanwhile.run();
        pause(SHORT_MILLIS);
        if (frozen) {
            database.thaw();
        } else {
            database.launch();
        }
    }

    private void pause(int atMostMillis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(atMostMillis)));
    }

    @Override
    public void close() {
        database.thaw();
        agent.close();
    }

    @Override
    public String toString() {
        return kills + " kills of the agent, " + faults + " faults of the database";
    }
}
