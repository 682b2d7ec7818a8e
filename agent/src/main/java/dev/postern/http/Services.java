package dev.postern.http;

import dev.postern.mailbox.Listing;
import dev.postern.mailbox.Seen;
import dev.postern.metrics.Metrics;
import dev.postern.model.Address;
import dev.postern.relay.RelayControl;
import io.vertx.core.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for by HTTP and known elsewhere.
 *
 * @param mailbox a single one; null when there is none
 */
public record Services(
        Metrics metrics,
        Readiness.Source readiness,
        Listing listing,
        Function<Address, Future<@Nullable Seen>> mailbox,
        RelayControl relay) {}
