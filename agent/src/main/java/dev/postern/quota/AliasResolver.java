package dev.postern.quota;

import dev.postern.mailbox.MailboxView;
import dev.postern.mailbox.UnavailableException;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.RecipientDelimiter;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where mail for an address goes, one step of the way: as Postfix finds it with {@code mysql/alias.cf}, which it asks
 * for the address as it stands and then without its extension and as {@code @domain}, and with
 * {@code mysql/mailbox.cf}.
 */
final class AliasResolver {

    private final MailboxView view;
    private final SubscriptionCache subscriptions;
    private final RecipientDelimiter delimiter;

    AliasResolver(MailboxView view, SubscriptionCache subscriptions, RecipientDelimiter delimiter) {
        this.view = view;
        this.subscriptions = subscriptions;
        this.delimiter = delimiter;
    }

    /**
     * Finds it for the address, its stem, and at last for everything else in its domain. Complete at once when it is in
     * memory; fails with {@link UnavailableException} when it cannot be known now.
     */
    Future<AliasTarget> of(MailAddress address) {
        return named(address)
                .compose(target -> target.isElsewhere()
                        ? subscriptions.find(address.ofWholeDomain()).map(AliasResolver::group)
                        : Future.succeededFuture(target));
    }

    private Future<AliasTarget> named(MailAddress address) {
        MailAddress bare = delimiter.withoutExtension(address);
        if (bare.equals(address)) {
            return view.find(address).compose(mailbox -> exactly(address, mailbox));
        }
        Future<@Nullable Mailbox> whole = view.ask(address);
        Future<@Nullable Mailbox> stem = view.ask(bare);
        view.start();
        if (!whole.isComplete() && view.isAway() && isActive(stem)) {
            return exactly(bare, stem.result());
        }
        Mailbox known = view.known(bare);
        Future<@Nullable Mailbox> bounded = known != null && known.active() ? view.shortly(whole) : whole;
        return Future.join(bounded, stem)
                .compose(both -> either(address, bounded.result(), bare, stem.result()))
                .recover(unknown -> isActive(stem) ? exactly(bare, stem.result()) : Future.failedFuture(unknown));
    }

    private static boolean isActive(Future<@Nullable Mailbox> mailbox) {
        return mailbox.succeeded()
                && mailbox.result() != null
                && mailbox.result().active();
    }

    private Future<AliasTarget> either(
            MailAddress address, @Nullable Mailbox whole, MailAddress bare, @Nullable Mailbox stem) {
        Future<AliasTarget> other = exactly(bare, stem);
        return exactly(address, whole)
                .compose(found -> found.isGroup()
                        ? Future.succeededFuture(found)
                        : other.map(target -> preferred(found, target)));
    }

    private static AliasTarget preferred(AliasTarget whole, AliasTarget stem) {
        return stem.isGroup() || whole.mailbox() == null ? stem : whole;
    }

    private Future<AliasTarget> exactly(MailAddress address, @Nullable Mailbox mailbox) {
        return mailbox != null && mailbox.active()
                ? Future.succeededFuture(new AliasTarget(mailbox, List.of()))
                : subscriptions.find(address).map(AliasResolver::group);
    }

    private static AliasTarget group(List<String> subscribers) {
        return subscribers.isEmpty() ? AliasTarget.ELSEWHERE : new AliasTarget(null, subscribers);
    }
}
