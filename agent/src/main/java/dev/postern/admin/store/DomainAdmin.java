package dev.postern.admin.store;

import dev.postern.admin.DomainRules;
import dev.postern.admin.RefusedChangeException;
import dev.postern.model.MailAddress;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Adds, changes, lists and removes domains. */
public final class DomainAdmin {

    private static final String FIND = "SELECT id, domain, transport FROM domain WHERE domain = ?";

    private static final String MAILBOXES = "SELECT COUNT(*) FROM user WHERE SUBSTRING_INDEX(email, '@', -1) = ?";

    private static final String SUBSCRIPTIONS =
            "SELECT COUNT(*) FROM subscription WHERE SUBSTRING_INDEX(email, '@', -1) = ?"
                    + " OR SUBSTRING_INDEX(recipient, '@', -1) = ?";

    private static final String LIST = "SELECT d.domain, d.transport, COALESCE(u.mailboxes, 0) AS mailboxes"
            + " FROM domain d LEFT JOIN (SELECT SUBSTRING_INDEX(email, '@', -1) AS domain, COUNT(*) AS mailboxes"
            + " FROM user GROUP BY 1) u ON u.domain = d.domain ORDER BY d.domain";

    private final AdminDatabase database;

    public DomainAdmin(AdminDatabase database) {
        this.database = database;
    }

    /** A row of table {@code domain}. */
    record DomainRow(Object id, String domain, String transport) {}

    /**
     * Finds a domain.
     *
     * @param lock how the row is locked: {@code FOR UPDATE}, or against removal alone
     * @return null when there is none of exactly that name
     */
    static @Nullable DomainRow find(AdminTransaction transaction, String domain, RowLock lock) throws SQLException {
        Map<String, @Nullable Object> row = transaction.row(FIND + lock.sql(), domain);
        return row == null
                        || !MailAddress.folded(String.valueOf(row.get("domain")))
                                .equals(domain)
                ? null
                : new DomainRow(
                        String.valueOf(row.get("id")),
                        String.valueOf(row.get("domain")),
                        String.valueOf(row.get("transport")));
    }

    private static DomainRow existing(AdminTransaction transaction, String domain) throws SQLException {
        DomainRow row = find(transaction, domain, RowLock.CHANGE);
        if (row == null) {
            throw RefusedChangeException.because("no domain " + domain);
        }
        return row;
    }

    /**
     * Adds a domain.
     *
     * @param domain and
     * @param transport as {@link DomainRules} returns them
     * @throws RefusedChangeException when it is there
     */
    public void add(String domain, String transport) {
        database.transact(transaction -> {
            try {
                transaction.update("INSERT INTO domain (domain, transport) VALUES (?, ?)", domain, transport);
            } catch (SQLException e) {
                if (e.getErrorCode() != AdminTransaction.DUPLICATE) {
                    throw e;
                }
                Map<String, @Nullable Object> other = transaction.row(FIND, domain);
                throw RefusedChangeException.because("there is a domain "
                        + (other == null ? domain : other.get("domain") + ", transport " + other.get("transport"))
                        + " already: postern domain set " + domain + " --transport " + transport);
            }
            transaction.audit("domain.add", domain, Map.of("transport", transport));
            return true;
        });
    }

    /**
     * Changes where the mail of a domain goes.
     *
     * @param confirmed whether mailboxes that lose their mail by it are known of
     * @return whether anything has changed
     * @throws RefusedChangeException when there is no such domain, or mailboxes are concerned
     */
    public boolean set(String domain, String transport, boolean confirmed) {
        return database.transact(transaction -> {
            DomainRow row = existing(transaction, domain);
            if (row.transport().equals(transport)) {
                return false;
            }
            long mailboxes = transaction.count(MAILBOXES, domain);
            if (mailboxes > 0
                    && DomainRules.isLocal(row.transport())
                    && !DomainRules.isLocal(transport)
                    && !confirmed) {
                throw RefusedChangeException.unconfirmed("mail no longer reaches the mailboxes of " + domain
                        + " (there: " + mailboxes + ") once it goes to " + transport);
            }
            transaction.update("UPDATE domain SET transport = ? WHERE id = ?", transport, row.id());
            transaction.audit("domain.set", domain, Map.of("transport", List.of(row.transport(), transport)));
            return true;
        });
    }

    /**
     * Removes a domain without mailboxes and subscriptions.
     *
     * @throws RefusedChangeException when it has some, or is not there
     */
    public void delete(String domain) {
        database.transact(transaction -> {
            DomainRow row = existing(transaction, domain);
            long mailboxes = transaction.count(MAILBOXES, domain);
            long subscriptions = transaction.count(SUBSCRIPTIONS, domain, domain);
            if (mailboxes > 0 || subscriptions > 0) {
                throw RefusedChangeException.because(domain + " is in use: mailboxes: " + mailboxes
                        + ", subscriptions from or to it: " + subscriptions + "; delete them first");
            }
            transaction.update("DELETE FROM domain WHERE id = ?", row.id());
            transaction.audit("domain.delete", domain, Map.of("transport", row.transport()));
            return true;
        });
    }

    /** Reads all domains in order: {@code domain}, {@code transport}, {@code mailboxes}. */
    public void list(Consumer<Map<String, @Nullable Object>> consumer) {
        database.transact(transaction -> {
            transaction.each(consumer, LIST);
            return true;
        });
    }
}
