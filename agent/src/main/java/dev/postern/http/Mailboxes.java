package dev.postern.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.postern.mailbox.Listing;
import dev.postern.mailbox.Seen;
import dev.postern.model.Address;
import dev.postern.model.Selection;
import dev.postern.tokens.Token;
import io.vertx.ext.web.handler.HttpException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/mailboxes}: pages, whole exports and single mailboxes. */
final class Mailboxes {

    private static final int USUAL = 100;

    /** Rows of an export that are read and written at a time. */
    private static final int PART = 500;

    /** DATETIME begins and ends here. */
    private static final int FIRST_YEAR = 1000;

    private static final int LAST_YEAR = 9999;

    private record Page(
            List<Item.OfMailbox> items, @Nullable String next, String asOf) {}

    private record Content(
            List<Item.OfMailbox> items, @Nullable String next) {}

    private record Single(@JsonUnwrapped Item.OfMailbox mailbox, String asOf) {}

    private final Services services;
    private final Exports exports;

    Mailboxes(Services services, Exports exports) {
        this.services = services;
        this.exports = exports;
    }

    void list(Asked request) {
        Format format = Format.of(request.text("format"), request.context());
        Selection selection = selection(request);
        String after = request.text("after");
        if (format == Format.JSON) {
            services.listing()
                    .page(selection, after == null ? "" : after, request.number("limit", USUAL))
                    .onSuccess(part -> page(request, part))
                    .onFailure(request::unavailable);
        } else if (after != null || request.text("limit") != null) {
            throw new HttpException(400, "limit and after go with pages of JSON; other formats give the whole list");
        } else {
            exports.send(
                    request,
                    format,
                    Item.OfMailbox.class,
                    last -> services.listing()
                            .current(selection, last, PART)
                            .map(part -> new Export.Part(items(part), part.next(), part.asOf())));
        }
    }

    void get(Asked request) {
        Address address = Address.parse(request.path("email"));
        if (address == null || !request.mayKnow(address.domain())) {
            throw new HttpException(404);
        }
        services.mailbox()
                .apply(address)
                .onSuccess(seen -> single(request, seen))
                .onFailure(request::unavailable);
    }

    private static void page(Asked request, Listing.Part part) {
        List<Item.OfMailbox> items = items(part);
        request.answer(
                new Page(items, part.next(), part.asOf().toString()), new Content(items, part.next()), part.asOf());
    }

    private static List<Item.OfMailbox> items(Listing.Part part) {
        return part.items().stream().map(Item.OfMailbox::of).toList();
    }

    private static void single(Asked request, @Nullable Seen seen) {
        if (seen == null) {
            request.context().fail(new HttpException(404));
            return;
        }
        Item.OfMailbox item = Item.OfMailbox.of(seen);
        request.answer(new Single(item, seen.asOf().toString()), item, seen.asOf());
    }

    private static Selection selection(Asked request) {
        String search = request.text("search");
        String wanted = search == null ? "" : search.toLowerCase(Locale.ROOT);
        boolean domain = wanted.startsWith("@");
        return new Selection(
                domain || wanted.isEmpty() ? null : wanted,
                domains(request.token(), domain ? wanted.substring(1) : null),
                request.choice("over_quota"),
                moment(request.text("inactive_since")));
    }

    /** Those that are asked for, as far as the token knows them. */
    private static @Nullable Set<String> domains(@Nullable Token token, @Nullable String asked) {
        Set<String> allowed = token == null ? null : token.domains();
        if (asked == null) {
            return allowed;
        }
        return allowed == null || allowed.contains(asked) ? Set.of(asked) : Set.of();
    }

    private static @Nullable Instant moment(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            OffsetDateTime moment = OffsetDateTime.parse(text.toUpperCase(Locale.ROOT));
            if (moment.getYear() > FIRST_YEAR && moment.getYear() < LAST_YEAR) {
                return moment.toInstant();
            }
        } catch (DateTimeException noTime) {
            // Said below.
        }
        throw new HttpException(400, "inactive_since: must be like 2026-01-31T00:00:00Z");
    }
}
