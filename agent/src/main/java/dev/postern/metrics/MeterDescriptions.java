package dev.postern.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Map;
import java.util.Set;

/**
 * What each of our own figures means: the text behind HELP. A room names its meters, and this is the one list of them
 * all.
 */
final class MeterDescriptions implements MeterFilter {

    private static final Map<String, String> TEXTS = Map.ofEntries(
            Map.entry("postern.events", "Events accepted, by kind and by what they came in by"),
            Map.entry("postern.events.rejected", "Lines, files and requests that were no acceptable event, by reason"),
            Map.entry("postern.pending.mailboxes", "Mailboxes with accepted events that are not yet in MySQL"),
            Map.entry(
                    "postern.pending.mailboxes.refused",
                    "Times that an event of one more mailbox was refused for want of room"),
            Map.entry("postern.oldest.pending", "For how long the oldest of them has been waiting"),
            Map.entry("postern.flush", "Time of the try that brought a batch into MySQL"),
            Map.entry("postern.flushed.rows", "Rows written to MySQL"),
            Map.entry("postern.unknown.mailboxes", "Rows of a batch for which MySQL has no mailbox: without effect"),
            Map.entry("postern.refused.rows", "Rows that MySQL refused, which were left out"),
            Map.entry("postern.lookup", "Time to answer a lookup, by map"),
            Map.entry("postern.lookups", "Lookups answered, by map and answer"),
            Map.entry("postern.waiting.lookups", "Addresses that are being asked of MySQL, by what is looked up"),
            Map.entry("postern.cached.mailboxes", "Rows kept for lookups"),
            Map.entry("postern.cached.subscriptions", "Addresses kept with who gets their mail"),
            Map.entry(
                    "postern.cached.pages",
                    "Rows kept of the API's lists for when MySQL is away, and one more for each page"),
            Map.entry("postern.disk.wait", "For how long what is done with these files has waited for the disk"),
            Map.entry("postern.journal.bytes", "Length of the journal's file"),
            Map.entry("postern.relay.windows", "Pairs of IP and mailbox whose login lets the IP relay"),
            Map.entry("postern.relay.windows.refused", "Logins that opened no window for want of room"),
            Map.entry(
                    "postern.relay.closures.full",
                    "Times that earlier logins were shut out because the bound on closed IPs was reached"),
            Map.entry(
                    "postern.mysql.servers.refused",
                    "Connections closed because the server is not to be trusted, by what it asked for"),
            Map.entry("postern.mysql.up", "1 while MySQL answers, 0 while it does not or is not known to"),
            Map.entry(
                    "postern.connections.refused", "Connections closed at once because there were too many, by socket"),
            Map.entry("postern.connections", "Open connections, by socket"),
            Map.entry(
                    "postern.connections.dropped",
                    "Connections closed because nothing was read, or too much was held, by socket and reason"),
            Map.entry("postern.accept.failures", "Times that no connection could be accepted, by socket"),
            Map.entry("postern.peer.bytes", "What all peers have said in part, wait for, or do not read"),
            Map.entry("postern.connections.failed", "Connections closed by a fault of the agent's, by socket"),
            Map.entry("postern.socketmap.dropped", "Socketmap connections closed because of what was sent"),
            Map.entry("postern.policy.dropped", "Policy connections closed because of what was sent"),
            Map.entry("postern.policy.recipients", "Recipients remembered until the size of their message is known"),
            Map.entry(
                    "postern.policy.recipients.forgotten",
                    "Recipients forgotten for want of room, or after 15 minutes"),
            Map.entry("postern.dict.commits", "Dict transactions ended, by answer"),
            Map.entry("postern.quota.warnings", "Quota warnings that Dovecot gave, by threshold"),
            Map.entry("postern.quota.over", "Calls of Dovecot's quota_over_script"));

    /** The names of all of them. */
    static Set<String> names() {
        return TEXTS.keySet();
    }

    @Override
    public Meter.Id map(Meter.Id id) {
        String text = TEXTS.get(id.getName());
        return text == null
                ? id
                : new Meter.Id(id.getName(), Tags.of(id.getTags()), id.getBaseUnit(), text, id.getType());
    }
}
