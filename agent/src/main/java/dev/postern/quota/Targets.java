package dev.postern.quota;

import dev.postern.mailbox.Directory;
import dev.postern.mailbox.UnavailableException;
import dev.postern.model.Address;
import dev.postern.model.Mailbox;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where mail for an address goes, one step of the way: as Postfix finds it with {@code mysql/alias.cf}, which it asks for
 * the address as it stands and then without its {@code +extension}, and with {@code mysql/mailbox.cf}.
 */
final class Targets {

    private final Directory directory;
    private final Subscriptions subscriptions;

    Targets(Directory directory, Subscriptions subscriptions) {
        this.directory = directory;
        this.subscriptions = subscriptions;
    }

    /** Complete at once when it is in memory; fails with {@link UnavailableException} when it cannot be known now. */
    Future<Target> of(Address address) {
        Address bare = address.withoutExtension();
        if (bare.equals(address)) {
            return directory.find(address).compose(mailbox -> exactly(address, mailbox));
        }
        Future<@Nullable Mailbox> whole = directory.ask(address);
        Future<@Nullable Mailbox> stem = directory.ask(bare);
        directory.start();
        if (!whole.isComplete() && directory.isAway() && isActive(stem)) {
            return exactly(bare, stem.result());
        }
        return Future.join(whole, stem)
                .compose(both -> either(address, whole.result(), bare, stem.result()))
                .recover(unknown -> isActive(stem) ? exactly(bare, stem.result()) : Future.failedFuture(unknown));
    }

    private static boolean isActive(Future<@Nullable Mailbox> mailbox) {
        return mailbox.succeeded()
                && mailbox.result() != null
                && mailbox.result().active();
    }

    private Future<Target> either(Address address, @Nullable Mailbox whole, Address bare, @Nullable Mailbox stem) {
        Future<Target> other = exactly(bare, stem);
        return exactly(address, whole)
                .compose(found -> found.isGroup()
                        ? Future.succeededFuture(found)
                        : other.map(target -> preferred(found, target)));
    }

    private static Target preferred(Target whole, Target stem) {
        return stem.isGroup() || whole.mailbox() == null ? stem : whole;
    }

    private Future<Target> exactly(Address address, @Nullable Mailbox mailbox) {
        return mailbox != null && mailbox.active()
                ? Future.succeededFuture(new Target(mailbox, List.of()))
                : subscriptions.find(address).map(Targets::group);
    }

    private static Target group(List<String> subscribers) {
        return subscribers.isEmpty() ? Target.ELSEWHERE : new Target(null, subscribers);
    }
}
