package dev.postern.check.database;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The database's clock is this host's, and no login is in the future: {@code lasttime} is UTC, and one that another
 * program wrote in local time holds up all true ones until it comes to pass.
 */
final class ClockCheck {

    /** A twelfth of what the shipped map allows a login to be ahead. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    private final DatabaseSession database;
    private final String name;
    private final InstantSource clock;

    ClockCheck(DatabaseSession database, String name, InstantSource clock) {
        this.database = database;
        this.name = name;
        this.clock = clock;
    }

    void examine(CheckReport report) throws SQLException {
        skew(report);
        future(report);
    }

    /** As UTC, in microseconds, because a session's zone must not matter here. */
    private void skew(CheckReport report) throws SQLException {
        Instant before = clock.instant();
        long micros = Long.parseLong(
                database.value("SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6))"));
        Duration asked = Duration.between(before, clock.instant());
        Duration ahead = Duration.between(before.plus(asked.dividedBy(2)), Instant.EPOCH.plusNanos(micros * 1000));
        if (ahead.abs().compareTo(TOLERANCE.plus(asked)) > 0) {
            report.problem(
                    CheckName.CLOCK,
                    name,
                    "its clock is " + ahead.abs().plusMillis(500).toSeconds() + " s "
                            + (ahead.isNegative() ? "behind" : "ahead of") + " this host's",
                    "timedatectl set-ntp true, on both hosts");
        }
    }

    private void future(CheckReport report) throws SQLException {
        String count =
                database.value("SELECT COUNT(*) FROM user WHERE lasttime > UTC_TIMESTAMP(6) + INTERVAL 1 MINUTE");
        if (!count.equals("0")) {
            report.problem(
                    CheckName.CLOCK,
                    name + ".user.lasttime",
                    count + " logins are in the future: something else writes there, and not in UTC",
                    "UPDATE user SET lasttime = UTC_TIMESTAMP(6) WHERE lasttime > UTC_TIMESTAMP(6), once that"
                            + " is ended");
        }
    }
}
