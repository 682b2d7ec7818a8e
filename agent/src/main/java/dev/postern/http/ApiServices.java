package dev.postern.http;

import dev.postern.mailbox.MailboxList;
import dev.postern.mailbox.MailboxSnapshot;
import dev.postern.metrics.MetricsRegistry;
import dev.postern.model.MailAddress;
import dev.postern.relay.RelayAdmin;
import io.vertx.core.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for by HTTP and known elsewhere.
 *
 * @param mailbox a single one; null when there is none
 */
public record ApiServices(
        MetricsRegistry metrics,
        Readiness.ReadinessSource readiness,
        MailboxList listing,
        Function<MailAddress, Future<@Nullable MailboxSnapshot>> mailbox,
        RelayAdmin relay) {}
